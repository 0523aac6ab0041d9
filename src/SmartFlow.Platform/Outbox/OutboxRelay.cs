using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

/// <summary>
/// Publishes a module's outbox: the oldest rows first, removed only after the bus has acknowledged them. It keeps no
/// cursor, so that a row that commits late is not passed over. Unavailability is retried for ever. An event that cannot
/// be handled steps aside with all later ones of its key and is tried again, while the others go on. Of several hosts
/// one relays and the others stand by.
/// </summary>
internal sealed partial class OutboxRelay<TDb>(
    string topic,
    OutboxQueue<TDb> outbox,
    OutboxLease<TDb> lease,
    IBus bus,
    Delivery delivery,
    OutboxSignal<TDb> signal,
    OutboxMeters meters,
    TimeProvider time,
    ILogger<OutboxRelay<TDb>> logger
) : BackgroundService
    where TDb : ModuleDb
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StandBy = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Removed together with the reading of the next: one transaction a batch.
    private OutboxBatch published = OutboxBatch.None;

    // By row; after a restart they are at the head of the outbox again.
    private readonly AsideEvents<long> aside = new(delivery, time);

    // Ends the tries of what is aside: with the program, and where another host relays from now on.
    private CancellationTokenSource? tenure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        tenure = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await lease.TakeAsync(stoppingToken))
                    await Task.Delay(StandBy, stoppingToken);
                // What was published is removed when the next comes or the poll does: a transaction less for each
                // event.
                else if (
                    await RelayAsync(stoppingToken) < Delivery.BatchLimit
                    && await signal.WaitAsync(Poll, stoppingToken)
                )
                    await Task.Delay(bus.Gather, stoppingToken);
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
                if (!lease.IsHeld)
                    await ForgetAsync(stoppingToken);
                await PauseAsync(failures, stoppingToken);
            }
        }
        await aside.EndAsync();
        if (lease.IsHeld)
            await RemoveAsync();
        await lease.LeaveAsync();
        tenure.Dispose();
    }

    /// <summary>Another host has its rows by now.</summary>
    private async Task ForgetAsync(CancellationToken stoppingToken)
    {
        await tenure!.CancelAsync();
        await aside.EndAsync();
        aside.Drop(_ => true);
        tenure.Dispose();
        tenure = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        published = OutboxBatch.None;
        meters.Head(topic, published);
    }

    private async Task PauseAsync(int failures, CancellationToken stoppingToken)
    {
        var pause = TimeSpan.FromMilliseconds(
            Math.Min(LongestPause.TotalMilliseconds, 50 * Math.Pow(2, Math.Min(failures, 10)))
        );
        try
        {
            if (lease.IsHeld)
                await lease.HoldAsync(WaitAsync, stoppingToken);
            else
                await Task.Delay(pause, stoppingToken);
        }
        catch (Exception)
        {
            // The program ends, or the next pass finds the lease lost.
        }

        async Task<int> WaitAsync(CancellationToken token)
        {
            await Task.Delay(pause, token);
            return 0;
        }
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
        foreach (var (row, happened) in aside.TakeDone())
            published = new([.. published.Ids, row], [.. published.Events, happened]) { IsWhole = false };
        aside.TryDue(tenure!.Token);
        var next = await outbox.NextAsync(
            published,
            aside.IsFull ? 0 : Delivery.BatchLimit,
            aside.Keys(),
            cancellationToken
        );
        published = OutboxBatch.None;
        meters.Head(topic, next);
        if (next.Count > 0)
            published = StepAside(
                next,
                await lease.HoldAsync(held => bus.PublishAsync(topic, next.Events, held), cancellationToken)
            );
        meters.Delivered(topic, published);
        return next.Count;
    }

    /// <returns>What is done.</returns>
    private OutboxBatch StepAside(OutboxBatch batch, IReadOnlyList<StuckEvent> stuck)
    {
        if (stuck.Count == 0)
            return batch;
        var rows = batch
            .Events.Zip(batch.Ids)
            .ToDictionary(r => r.First.EventId, r => r.Second, StringComparer.Ordinal);
        aside.Add(stuck.Select(s => (Row: rows[s.Happened.EventId], s)).OrderBy(a => a.Row));
        return batch.Without(stuck.Select(s => s.Happened.EventId).ToHashSet(StringComparer.Ordinal));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Relay of {Topic} failed {Failures} times in a row; it goes on trying")]
        public static partial void RelayFailed(ILogger logger, Exception e, string topic, int failures);

        [LoggerMessage(
            2,
            LogLevel.Information,
            "The last published events of {Topic} stay in the outbox and will be published again"
        )]
        public static partial void NotRemoved(ILogger logger, Exception e, string topic);
    }
}
