using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

/// <summary>
/// Publishes a module's outbox: the oldest rows first, removed only after the bus has acknowledged them. It keeps no
/// cursor, so that a row that commits late is not passed over. Unavailability is retried for ever.
/// </summary>
internal sealed partial class OutboxRelay<TDb>(
    string topic, OutboxQueue<TDb> outbox, IBus bus, OutboxSignal<TDb> signal, OutboxMeters meters, ILogger<OutboxRelay<TDb>> logger)
    : BackgroundService
    where TDb : ModuleDb
{
    private const int BatchLimit = 256;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Removed together with the reading of the next: one transaction a batch.
    private OutboxBatch published = OutboxBatch.None;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // What was published is removed when the next comes or the poll does: a transaction less for each event.
                if (await RelayAsync(stoppingToken) < BatchLimit) await signal.WaitAsync(Poll, stoppingToken);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                failures++;
                Log.RelayFailed(logger, e, topic, failures);
                var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 50 * Math.Pow(2, Math.Min(failures, 10))));
                await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await RemoveAsync();
    }

    /// <summary>Where it fails the events are published again, which their consumers notice.</summary>
    private async Task RemoveAsync()
    {
        try
        {
            await outbox.NextAsync(published, limit: 0, CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.NotRemoved(logger, e, topic);
        }
    }

    private async Task<int> RelayAsync(CancellationToken cancellationToken)
    {
        var next = await outbox.NextAsync(published, BatchLimit, cancellationToken);
        published = OutboxBatch.None;
        meters.Head(topic, next);
        if (next.Count > 0) await bus.PublishAsync(topic, next.Events, cancellationToken);
        published = next;
        meters.Delivered(topic, next);
        return next.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Relay of {Topic} failed {Failures} times in a row; it goes on trying")]
        public static partial void RelayFailed(ILogger logger, Exception e, string topic, int failures);

        [LoggerMessage(2, LogLevel.Information, "The last published events of {Topic} stay in the outbox and will be published again")]
        public static partial void NotRemoved(ILogger logger, Exception e, string topic);
    }
}
