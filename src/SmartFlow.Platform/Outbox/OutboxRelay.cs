using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

/// <summary>
/// Publishes a module's outbox: the oldest rows first, removed only after the bus has acknowledged them. It keeps no
/// cursor, so that a row that commits late is not passed over. Unavailability is retried for ever. An event that cannot be
/// handled steps aside with all later ones of its key and is tried again, while the others go on.
/// </summary>
internal sealed partial class OutboxRelay<TDb>(
    string topic, OutboxQueue<TDb> outbox, IBus bus, OutboxSignal<TDb> signal, OutboxMeters meters, TimeProvider time,
    ILogger<OutboxRelay<TDb>> logger)
    : BackgroundService
    where TDb : ModuleDb
{
    private const int BatchLimit = 256;

    /// <summary>With so many aside it is not single events that fail: nothing new is read.</summary>
    private const int AsideLimit = 1_024;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Removed together with the reading of the next: one transaction a batch.
    private OutboxBatch published = OutboxBatch.None;

    // In the order of their rows; after a restart they are at the head of the outbox again.
    private readonly List<Aside> aside = [];

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
        await Task.WhenAll(aside.Select(a => a.Trying ?? Task.CompletedTask)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await RemoveAsync();
    }

    /// <summary>Where it fails the events are published again, which their consumers notice.</summary>
    private async Task RemoveAsync()
    {
        try
        {
            await outbox.NextAsync(published, limit: 0, [], CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.NotRemoved(logger, e, topic);
        }
    }

    private async Task<int> RelayAsync(CancellationToken cancellationToken)
    {
        TryAside(cancellationToken);
        var keys = aside.Select(a => a.Stuck.Happened.Key).ToHashSet(StringComparer.Ordinal);
        var next = await outbox.NextAsync(published, aside.Count < AsideLimit ? BatchLimit : 0, keys, cancellationToken);
        published = OutboxBatch.None;
        meters.Head(topic, next);
        if (next.Count > 0) published = StepAside(next, await bus.PublishAsync(topic, next.Events, cancellationToken));
        meters.Delivered(topic, published);
        return next.Count;
    }

    /// <returns>What is done.</returns>
    private OutboxBatch StepAside(OutboxBatch batch, IReadOnlyList<StuckEvent> stuck)
    {
        if (stuck.Count == 0) return batch;
        var rows = batch.Events.Zip(batch.Ids).ToDictionary(r => r.First.EventId, r => r.Second, StringComparer.Ordinal);
        aside.AddRange(stuck.Select(s => new Aside(rows[s.Happened.EventId], s)).OrderBy(a => a.Row));
        return batch.Without(stuck.Select(s => s.Happened.EventId).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>
    /// Starts the tries that are due, of each consumer and key the first; nobody waits for them. The row of one that is done
    /// goes once no consumer needs it any more.
    /// </summary>
    private void TryAside(CancellationToken cancellationToken)
    {
        foreach (var done in aside.Where(a => a is { Trying.IsCompleted: true, Stuck.IsDone: true }).ToArray())
        {
            aside.Remove(done);
            if (aside.TrueForAll(a => a.Row != done.Row))
                published = new([.. published.Ids, done.Row], [.. published.Events, done.Stuck.Happened]) { IsWhole = false };
        }
        var (waits, now) = (new HashSet<(IConsumer, string)>(), time.GetUtcNow());
        foreach (var one in aside)
            if (waits.Add((one.Stuck.Consumer, one.Stuck.Happened.Key)) && one.Trying is not { IsCompleted: false } && one.Stuck.DueAt <= now)
                one.Trying = bus.TryAgainAsync(one.Stuck, cancellationToken);
    }

    private sealed class Aside(long row, StuckEvent stuck)
    {
        public long Row => row;

        public StuckEvent Stuck => stuck;

        /// <summary>The last try; one that was cancelled or could not bury it is made again.</summary>
        public Task? Trying { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Relay of {Topic} failed {Failures} times in a row; it goes on trying")]
        public static partial void RelayFailed(ILogger logger, Exception e, string topic, int failures);

        [LoggerMessage(2, LogLevel.Information, "The last published events of {Topic} stay in the outbox and will be published again")]
        public static partial void NotRemoved(ILogger logger, Exception e, string topic);
    }
}
