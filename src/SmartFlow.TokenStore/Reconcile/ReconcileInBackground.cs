using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// Reconciles every so often, a little earlier or later each time so that processes that started together drift apart;
/// a run that another process made in the meantime counts.
/// </summary>
internal sealed partial class ReconcileInBackground(
    ReconciliationRuns runs,
    IOptions<ReconcileOptions> options,
    TimeProvider time,
    ILogger<ReconcileInBackground> logger
) : BackgroundService
{
    private const double Jitter = 0.1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromMinutes(options.Value.IntervalMinutes);
        if (interval == TimeSpan.Zero)
            return;
        var wait = TimeSpan.FromSeconds(options.Value.StartDelaySeconds);
        while (true)
        {
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            try
            {
                await RunIfDueAsync(interval, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e);
            }
            wait = interval * (1 + (Jitter * ((Random.Shared.NextDouble() * 2) - 1)));
        }
    }

    private async Task RunIfDueAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        if (await runs.LastAtAsync(cancellationToken) is { } last && time.GetUtcNow() - last < interval / 2)
            return;
        try
        {
            await runs.RunAsync(ReconciliationRun.Background, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.InFlight)
        {
            // An operator's run is under way: its result is as good.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Reconciliation could not run; trying again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}

internal static class ReconciliationRegistration
{
    public static void AddBackgroundReconciliation(this IServiceCollection services)
    {
        services
            .AddOptions<ReconcileOptions>()
            .BindConfiguration("Reconcile")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddMetrics();
        services.AddSingleton<ReconciliationRuns>();
        services.AddHostedService<ReconcileInBackground>();
    }
}
