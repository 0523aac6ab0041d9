using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>A body that is translated as a tree of JSON.</summary>
public static class JsonBody
{
    private const int MaxDepth = 64;

    /// <summary>
    /// Characters as they are: what is escaped costs more bytes, and in the arguments of a tool's call more tokens.
    /// </summary>
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Translates one JSON object; what is not of the type that the translation expects is refused, too.
    /// </summary>
    /// <exception cref="RefusedException">malformed_body.</exception>
    public static T Translate<T>(ReadOnlySpan<byte> body, Func<JsonObject, T> translate)
    {
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            return JsonNode.Parse(ref reader) is JsonObject asked && !reader.Read()
                ? Translate(asked, translate)
                : throw Malformed("it is not one JSON object");
        }
        catch (JsonException e)
        {
            throw Malformed($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
    }

    /// <summary>As above, of an object that has been read.</summary>
    /// <exception cref="RefusedException">malformed_body.</exception>
    public static T Translate<T>(JsonObject asked, Func<JsonObject, T> translate)
    {
        ArgumentNullException.ThrowIfNull(translate);
        try
        {
            return translate(asked);
        }
        catch (ArgumentException)
        {
            throw Malformed("a field is given twice");
        }
        catch (InvalidOperationException)
        {
            throw Malformed("a value is not of its type, or a string holds half a surrogate pair");
        }
    }

    /// <summary>For somebody who reads it as JSON, never inside of a page.</summary>
    public static byte[] Write(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Plain);

    /// <inheritdoc cref="Write"/>
    public static string Text(JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json.ToJsonString(Plain);
    }

    private static RefusedException Malformed(string why) =>
        new(ErrorCodes.MalformedBody, $"The body is not readable: {why}.");
}
