using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>A body that is translated as a tree of JSON.</summary>
public static class JsonBody
{
    private const int MaxDepth = 64;

    /// <summary>Translates one JSON object; what is not of the type that the translation expects is refused, too.</summary>
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

    private static RefusedException Malformed(string why) => new(ErrorCodes.MalformedBody, $"The body is not readable: {why}.");
}
