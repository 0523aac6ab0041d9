using SmartFlow.Platform.Data;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Outbox;

public static class OutboxWriting
{
    /// <summary>Adds an event to the transaction in hand; the relay publishes it after the commit.</summary>
    /// <param name="db">The producer's database.</param>
    /// <param name="eventId">Unique for ever: a UUIDv7 or a derived string.</param>
    /// <param name="name">One of EventNames.</param>
    /// <param name="key">The partition key: the user id.</param>
    /// <param name="payload">Written as snake_case JSON.</param>
    /// <param name="now">From TimeProvider.</param>
    public static void Publish<T>(
        this ModuleDb db,
        string eventId,
        string name,
        ulong key,
        T payload,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        db.Outbox.Add(
            new OutboxMessage
            {
                EventId = eventId,
                Name = name,
                Key = key.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Payload = EventJson.Write(payload),
                Traceparent = Tracing.Traceparent(null),
                CreatedAt = now,
            }
        );
    }
}
