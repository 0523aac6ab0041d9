using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Bus;

/// <summary>
/// Hands events to a consumer, whatever bus brought them. What it cannot handle steps aside with all later events of
/// its key while the others go on: 20 tries with back-off, then the dead letters; what is only out of reach is tried
/// for ever.
/// </summary>
internal sealed partial class Delivery(OutboxMeters meters, TimeProvider time, ILogger<Delivery> logger)
{
    /// <summary>Events of one batch at most.</summary>
    public const int BatchLimit = 256;

    private const int Attempts = 20;
    private const int OutageKeys = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <returns> What has to be tried again, in order; all else is handled or buried. Later events with these keys must
    /// wait for them.
    /// </returns>
    /// <exception cref="RefusedException">unavailable: it is not single events that fail.</exception>
    public async Task<IReadOnlyList<StuckEvent>> DeliverAsync(
        IConsumer consumer,
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var outcomes = await consumer.HandleAsync(events, cancellationToken);
            for (var i = 0; i < events.Count; i++)
                if (outcomes[i] is { } reason)
                    await BuryAsync(consumer, events[i], reason, 1, cancellationToken);
            return [];
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested && events.Count > 1)
        {
            // One event may be the cause: each is handled alone, so that it cannot hold up the others' effects.
            return await DeliverOneByOneAsync(consumer, events, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var stuck = Waiting(consumer, events[0]);
            await FailedAsync(stuck, e, cancellationToken);
            return stuck.IsDone ? [] : [stuck];
        }
    }

    /// <summary>One more try: afterwards it is done, or its next one is set.</summary>
    public async Task TryAgainAsync(StuckEvent stuck, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = (await stuck.Consumer.HandleAsync([stuck.Happened], cancellationToken))[0];
            if (outcome is not null)
                await BuryAsync(stuck.Consumer, stuck.Happened, outcome, stuck.Attempts + 1, cancellationToken);
            stuck.IsDone = true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            await FailedAsync(stuck, e, cancellationToken);
        }
    }

    /// <summary>An event that has not been tried yet, because one of its key waits before it.</summary>
    public StuckEvent Waiting(IConsumer consumer, BusEvent happened) => new(consumer, happened, time.GetUtcNow());

    /// <summary>
    /// Those behind one that failed wait with it where they have its key. What several keys cannot reach is out for
    /// all.
    /// </summary>
    private async Task<IReadOnlyList<StuckEvent>> DeliverOneByOneAsync(
        IConsumer consumer,
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        var (stuck, keys, outOfReach) = (new List<StuckEvent>(), new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var one in events)
        {
            if (keys.Contains(one.Key))
            {
                stuck.Add(Waiting(consumer, one));
                continue;
            }
            if (await DeliverAsync(consumer, [one], cancellationToken) is not [{ } failed])
                continue;
            stuck.Add(failed);
            keys.Add(one.Key);
            if (failed.Attempts == 0 && ++outOfReach == OutageKeys)
                throw new RefusedException(ErrorCodes.Unavailable, $"{consumer.Group} cannot reach what it needs.");
        }
        return stuck;
    }

    /// <summary>Sets the next try, or buries it.</summary>
    private async Task FailedAsync(StuckEvent stuck, Exception failure, CancellationToken cancellationToken)
    {
        if (!OutOfReach(failure))
            stuck.Attempts++;
        stuck.Tries++;
        var pause = Math.Min(LongestPause.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(stuck.Tries, 12)));
        stuck.DueAt = time.GetUtcNow().AddMilliseconds(pause);
        if (failure is PoisonException || stuck.Attempts >= Attempts)
        {
            await BuryAsync(
                stuck.Consumer,
                stuck.Happened,
                $"{failure.GetType().Name}: {failure.Message}",
                stuck.Attempts,
                cancellationToken
            );
            stuck.IsDone = true;
        }
        else
            Log.Failed(logger, failure, stuck.Happened.Name, stuck.Happened.EventId, stuck.Consumer.Group, stuck.Tries);
    }

    private Task BuryAsync(
        IConsumer consumer,
        BusEvent poison,
        string reason,
        int attempts,
        CancellationToken cancellationToken
    )
    {
        meters.Buried(consumer);
        return consumer.BuryAsync(poison, reason, attempts, cancellationToken);
    }

    private static bool OutOfReach(Exception e) =>
        DatabaseFailures.RefusalOf(e)?.Code == ErrorCodes.Unavailable || e is TimeoutException or IOException;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Name} {EventId} failed at {Group}, attempt {Attempt}")]
        public static partial void Failed(
            ILogger logger,
            Exception e,
            string name,
            string eventId,
            string group,
            int attempt
        );
    }
}
