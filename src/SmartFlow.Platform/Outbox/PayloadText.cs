using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Outbox;

/// <summary>
/// An event's payload as a person reads it. Events hold no secrets; should one ever slip in, it is masked.
/// </summary>
internal static class PayloadText
{
    private const int MaxCharacters = 64 * 1024;
    private const string Mask = "***";

    private static readonly string[] Secrets =
    [
        "password",
        "secret",
        "authorization",
        "api_key",
        "access_token",
        "refresh_token",
        "cookie",
    ];
    private static readonly JsonSerializerOptions Indented = new(WebJson.Options) { WriteIndented = true };

    public static string Of(byte[] payload)
    {
        string text;
        try
        {
            var node = JsonNode.Parse(payload);
            Clean(node);
            text = node?.ToJsonString(Indented) ?? "null";
        }
        catch (JsonException)
        {
            text = Encoding.UTF8.GetString(payload);
        }
        return text.Length <= MaxCharacters ? text : text[..MaxCharacters] + "\n…";
    }

    private static void Clean(JsonNode? node)
    {
        if (node is JsonArray items)
            foreach (var item in items)
                Clean(item);
        if (node is not JsonObject members)
            return;
        foreach (var (name, value) in members.ToArray())
            if (value is JsonValue && Secrets.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase)))
                members[name] = Mask;
            else
                Clean(value);
    }
}
