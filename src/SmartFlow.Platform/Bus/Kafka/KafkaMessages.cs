using System.Globalization;
using System.Text;
using Confluent.Kafka;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>Events as messages: the key is the event's, the value its payload, the rest stands in headers.</summary>
internal static class KafkaMessages
{
    private const string EventId = "event_id";
    private const string Name = "name";
    private const string Traceparent = "traceparent";
    private const string CreatedAt = "created_at";

    public static Message<string, byte[]> Of(BusEvent happened)
    {
        var headers = new Headers
        {
            { EventId, Encoding.UTF8.GetBytes(happened.EventId) },
            { Name, Encoding.UTF8.GetBytes(happened.Name) },
            {
                CreatedAt,
                Encoding.UTF8.GetBytes(UnixMicros.From(happened.CreatedAt).ToString(CultureInfo.InvariantCulture))
            },
        };
        if (happened.Traceparent.Length > 0)
            headers.Add(Traceparent, Encoding.UTF8.GetBytes(happened.Traceparent));
        return new Message<string, byte[]>
        {
            Key = happened.Key,
            Value = happened.Payload.ToArray(),
            Headers = headers,
        };
    }

    /// <returns>Null: a message that none of ours has sent.</returns>
    public static BusEvent? Read(Message<string, byte[]> message)
    {
        var (id, name) = (Text(message.Headers, EventId), Text(message.Headers, Name));
        if (id.Length == 0 || name.Length == 0 || message.Key is null)
            return null;
        var at = long.TryParse(
            Text(message.Headers, CreatedAt),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var micros
        )
            ? UnixMicros.ToTime(micros)
            : new DateTimeOffset(message.Timestamp.UtcDateTime);
        return new BusEvent(id, name, message.Key, message.Value ?? [], Text(message.Headers, Traceparent), at);
    }

    private static string Text(Headers? headers, string name) =>
        headers is not null && headers.TryGetLastBytes(name, out var bytes) && bytes is not null
            ? Encoding.UTF8.GetString(bytes)
            : "";
}
