using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.QuickTasks.Repeating;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>
/// Looks every minute for tasks whose day has come and for those whose threshold has passed; a round is bounded.
/// </summary>
internal sealed class PromotionJob(
    Promotion promotion,
    Appear series,
    TimeProvider clock,
    IOptions<PlannerOptions> options,
    ILogger<PromotionJob> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PromotionIntervalSeconds), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var batch = 0; batch < options.Value.PromotionBatchesPerRound; batch++)
                if (await series.AppearBatchAsync(cancellationToken) < options.Value.PromotionBatch)
                    break;
            var promoted = 0;
            for (var batch = 0; batch < options.Value.PromotionBatchesPerRound; batch++)
            {
                var count = await promotion.PromoteBatchAsync(cancellationToken);
                promoted += count;
                if (count < options.Value.PromotionBatch)
                    break;
            }
            if (promoted > 0)
                Log.Promoted(logger, promoted);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.RoundFailed(logger, e);
        }
    }
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Promoted {Count} tasks past their threshold.")]
    public static partial void Promoted(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of promotions failed; the next one tries again.")]
    public static partial void RoundFailed(ILogger logger, Exception exception);
}
