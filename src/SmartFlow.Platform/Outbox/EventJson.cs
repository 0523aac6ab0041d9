using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartFlow.Platform.Outbox;

/// <summary>The one JSON dialect of events: snake_case, numbers as numbers, nothing unknown lost silently.</summary>
public static class EventJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
    };

    public static byte[] Write<T>(T payload) => JsonSerializer.SerializeToUtf8Bytes(payload, Options);

    /// <exception cref="PoisonException">The payload is not such an event.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(payload.Span, Options)
                ?? throw new PoisonException("The payload is null.");
        }
        catch (JsonException e)
        {
            throw new PoisonException($"The payload cannot be read: {e.Message}");
        }
    }
}

/// <summary>An event that no retry will mend: it goes to the dead letters at once.</summary>
public sealed class PoisonException(string message) : Exception(message);
