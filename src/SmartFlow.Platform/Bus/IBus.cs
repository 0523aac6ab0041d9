namespace SmartFlow.Platform.Bus;

/// <summary>An event on its way.</summary>
/// <param name="EventId">Unique for ever; the dedupe key.</param>
/// <param name="Name">E.g. credit.charge.requested.</param>
/// <param name="Key">The partition key: events of one key arrive in the order in which they were written.</param>
/// <param name="Payload">JSON.</param>
/// <param name="Traceparent">W3C, or empty.</param>
/// <param name="CreatedAt">When it was written, UTC.</param>
public sealed record BusEvent(
    string EventId,
    string Name,
    string Key,
    ReadOnlyMemory<byte> Payload,
    string Traceparent,
    DateTimeOffset CreatedAt
);

/// <summary>Carries events from outboxes to consumers: at least once, in order per key.</summary>
public interface IBus
{
    /// <summary>
    /// How long events may gather before a batch of them is published: where a batch costs about as much as a single
    /// one, and its consumers' transactions as well.
    /// </summary>
    TimeSpan Gather => TimeSpan.Zero;

    /// <summary>
    /// Returns once every event is durable with the bus (in process: once every consumer has handled or buried it), but
    /// for those that are returned.
    /// </summary>
    /// <returns> What has to be tried again, in order. Its events and all later ones with their keys must stay where
    /// they are until they are done; events with other keys go on.
    /// </returns>
    Task<IReadOnlyList<StuckEvent>> PublishAsync(
        string topic,
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    );
}

/// <summary>An event that a consumer could not handle yet.</summary>
/// <param name="consumer">Which one.</param>
/// <param name="happened">The event.</param>
/// <param name="dueAt">The next try.</param>
public sealed class StuckEvent(IConsumer consumer, BusEvent happened, DateTimeOffset dueAt)
{
    public IConsumer Consumer => consumer;

    public BusEvent Happened => happened;

    /// <summary>Handled, or buried.</summary>
    public bool IsDone { get; set; }

    /// <summary>Tries so far; those that met nothing but unavailability do not count.</summary>
    public int Attempts { get; set; }

    /// <summary>Tries of either kind: the pause grows with them.</summary>
    public int Tries { get; set; }

    public DateTimeOffset DueAt { get; set; } = dueAt;
}

/// <summary>
/// Handles the events of a topic for one consumer group. It must be idempotent by event id, in its own transaction,
/// however late an event comes again: a process that stood still hands out once more what others have handed out since.
/// For the first time the events of a key come in their order. Throw <see cref="Outbox.PoisonException"/> for an event
/// that cannot be handled; anything else is retried.
/// </summary>
public interface IConsumer
{
    string Topic { get; }

    /// <summary>The group, e.g. smartflow-token-store-outbox-consumer.</summary>
    string Group { get; }

    /// <summary>
    /// What it acts on lives in the process's memory: on a bus between processes every one that hosts it gets each
    /// event, from its start on and without a promise; otherwise one of them does.
    /// </summary>
    bool InEveryProcess => false;

    /// <summary>Handles a batch; the outcome of event i stands at i: null = done, else why it is poison.</summary>
    Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken);

    /// <summary>Keeps an event that could not be handled, durably.</summary>
    Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken);
}
