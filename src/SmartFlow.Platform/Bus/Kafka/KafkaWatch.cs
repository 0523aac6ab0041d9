using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>
/// Asks the brokers now and then, so that somebody is told once when they go away and come back. Without them this
/// process is degraded and goes on: events wait in the outboxes.
/// </summary>
internal sealed partial class KafkaWatch(
    KafkaClients clients,
    KafkaTopics topics,
    TimeProvider time,
    ILogger<KafkaWatch> logger
) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private volatile Seen seen = new(null, []);

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        var (away, missing) = seen;
        if (away is { } since && time.GetUtcNow() - since > TimeSpan.FromSeconds(clients.Options.AwaySeconds))
            return Task.FromResult(HealthCheckResult.Degraded($"no broker answers since {since:u}; events wait"));
        return Task.FromResult(
            missing.Count > 0
                ? HealthCheckResult.Degraded(
                    $"missing: {string.Join(", ", missing)}; smartflow topics create makes them"
                )
                : HealthCheckResult.Healthy()
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Its calls wait on their thread.
        await Task.Yield();
        using var admin = clients.Admin();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task
                .Factory.StartNew(
                    () => Look(admin),
                    stoppingToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look(IAdminClient admin)
    {
        try
        {
            var there = topics.Read(admin, Patience).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
            if (seen.AwaySince is not null)
                Log.Back(logger);
            seen = new Seen(null, [.. topics.Names.Where(n => !there.Contains(n))]);
        }
        catch (KafkaException e)
        {
            if (seen.AwaySince is not null)
                return;
            Log.Away(logger, e.Error.Reason);
            seen = seen with { AwaySince = time.GetUtcNow() };
        }
    }

    private sealed record Seen(DateTimeOffset? AwaySince, IReadOnlyList<string> Missing);

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "No broker of Kafka answers ({Reason}); events wait in the outboxes until one does"
        )]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "The brokers of Kafka answer again")]
        public static partial void Back(ILogger logger);
    }
}
