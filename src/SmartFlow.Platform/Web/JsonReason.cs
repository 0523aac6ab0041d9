using System.Text.Json;

namespace SmartFlow.Platform.Web;

/// <summary>What one of our own readers refuses of a JSON value, in the words that its sender is told.</summary>
/// <param name="why">E.g. "must be a time like 2026-11-22T08:00:00Z".</param>
/// <param name="path">Where, as JSONPath; null: where the reader stands.</param>
public sealed class JsonReason(string why, string? path = null) : JsonException(why, path, null, null)
{
    /// <summary>Without what the serializer adds to the message.</summary>
    public string Why { get; } = why;
}
