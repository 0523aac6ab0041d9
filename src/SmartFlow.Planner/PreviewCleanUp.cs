using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Data;

namespace SmartFlow.Planner;

/// <summary>Deletes previews a day after their end, those of users who make no new ones in their place, too.</summary>
internal sealed class PreviewCleanUp(IWriter<PlannerDb> writer, TimeProvider time, ILogger<PreviewCleanUp> logger)
    : BackgroundService
{
    private const int Limit = 200;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>One round.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Kept;
        await writer.DeleteOldestAsync(
            db => db.CoursePreviews.Where(p => p.ExpiresAt < before),
            p => p.ExpiresAt,
            Limit,
            cancellationToken
        );
        await writer.DeleteOldestAsync(
            db => db.PlanPreviews.Where(p => p.ExpiresAt < before),
            p => p.ExpiresAt,
            Limit,
            cancellationToken
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PreviewCleanUpLog.Failed(logger, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}

internal static partial class PreviewCleanUpLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired previews could not be deleted; trying again later")]
    public static partial void Failed(ILogger logger, Exception exception);
}
