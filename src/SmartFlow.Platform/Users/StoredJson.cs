using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Platform.Users;

/// <summary>JSON of a column, as a part of what is exported.</summary>
public static class StoredJson
{
    /// <summary>What cannot be read is told as the text that it is: one cell must not cost the file.</summary>
    public static JsonNode? Of(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    /// <inheritdoc cref="Of(string)" />
    public static JsonNode? Of(byte[] utf8) => Of(System.Text.Encoding.UTF8.GetString(utf8));
}
