using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc.Client;

namespace SmartFlow.Platform.Bus;

/// <summary>
/// The bus of one process: publishing is handling. The outbox row is the durable copy, so it returns only when every
/// consumer has handled or buried every event. One batch of a topic at a time keeps the order.
/// </summary>
internal sealed partial class InProcessBus(
    IEnumerable<IConsumer> consumers, RemoteModules remotes, OutboxMeters meters, TimeProvider time, ILogger<InProcessBus> logger) : IBus
{
    private const int Attempts = 20;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly ILookup<string, IConsumer> consumers = consumers.ToLookup(c => c.Topic);

    /// <exception cref="RefusedException">
    /// unavailable: modules are split and nobody here takes the topic; its events must stay in the outbox, or they were lost.
    /// </exception>
    public Task PublishAsync(string topic, IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
    {
        if (remotes.Names.Count > 0 && !consumers.Contains(topic))
            throw new RefusedException(
                ErrorCodes.Unavailable,
                $"{topic} has no consumer in this process and {string.Join(", ", remotes.Names)} are hosted elsewhere: its events "
                + "stay in the outbox until there is a bus between the processes.");
        return Task.WhenAll(consumers[topic].Select(c => DeliverAsync(c, events, cancellationToken)));
    }

    private async Task DeliverAsync(IConsumer consumer, IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?> outcomes;
        try
        {
            outcomes = await consumer.HandleAsync(events, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && events.Count > 1)
        {
            // One event may be the cause: each is handled alone, so that it cannot hold up the others' effects.
            foreach (var one in events) await DeliverAsync(consumer, [one], cancellationToken);
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await InsistAsync(consumer, events[0], e, cancellationToken);
            return;
        }
        for (var i = 0; i < events.Count; i++)
            if (outcomes[i] is { } reason)
                await BuryAsync(consumer, events[i], reason, 1, cancellationToken);
    }

    /// <summary>20 tries with back-off, then the dead letters; what is only out of reach is retried for ever.</summary>
    private async Task InsistAsync(IConsumer consumer, BusEvent one, Exception first, CancellationToken cancellationToken)
    {
        var last = first;
        for (var attempt = 1; attempt < Attempts;)
        {
            if (last is PoisonException) break;
            Log.Failed(logger, last, one.Name, one.EventId, consumer.Group, attempt);
            var pause = Math.Min(LongestPause.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(attempt, 12)));
            await Task.Delay(TimeSpan.FromMilliseconds(pause), time, cancellationToken);
            try
            {
                var outcome = (await consumer.HandleAsync([one], cancellationToken))[0];
                if (outcome is not null) await BuryAsync(consumer, one, outcome, attempt + 1, cancellationToken);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                last = e;
                if (!OutOfReach(e)) attempt++;
            }
        }
        await BuryAsync(consumer, one, $"{last.GetType().Name}: {last.Message}", Attempts, cancellationToken);
    }

    private Task BuryAsync(IConsumer consumer, BusEvent poison, string reason, int attempts, CancellationToken cancellationToken)
    {
        meters.Buried(consumer);
        return consumer.BuryAsync(poison, reason, attempts, cancellationToken);
    }

    private static bool OutOfReach(Exception e) =>
        e is RefusedException { Code: var code } && code == ErrorCodes.Unavailable
        || e is Npgsql.NpgsqlException { IsTransient: true } or TimeoutException or IOException or Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Name} {EventId} failed at {Group}, attempt {Attempt}")]
        public static partial void Failed(ILogger logger, Exception e, string name, string eventId, string group, int attempt);
    }
}
