using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// Blocks of content as parts of a message: texts, images, and documents. What is a text in another dress (a text
/// document, a search result, a reference to a tool) becomes a text; a PDF stays a document, which only Anthropic's own
/// models read.
/// </summary>
internal sealed class MessageContent
{
    private const string Cache = "cache_control";
    private const string Pdf = "application/pdf";

    /// <summary>The first field that holds a document; null: none does.</summary>
    public string? Document { get; private set; }

    /// <summary>A text as it is, blocks as parts.</summary>
    public JsonNode Of(JsonNode content, string field)
    {
        if (content is not JsonArray blocks)
            return content.DeepClone();
        var parts = new JsonArray();
        for (var i = 0; i < blocks.Count; i++)
            foreach (
                var part in Parts(
                    blocks[i] ?? throw RefusedException.Field($"{field}[{i}]", "must be an object"),
                    $"{field}[{i}]"
                )
            )
                parts.Add(part);
        return parts;
    }

    /// <exception cref="RefusedException">invalid_argument: a block that is not offered here.</exception>
    public IEnumerable<JsonObject> Parts(JsonNode block, string field)
    {
        var parts = block["type"]?.GetValue<string>() switch
        {
            "text" => [Text(block["text"]?.DeepClone())],
            "image" => [Image(block["source"], field)],
            "document" => File(block, field),
            "search_result" => [Text(Joined(block["title"], block["source"], TextsOf(block["content"])))],
            "tool_reference" => [Text($"Tool: {block["tool_name"]}")],
            "compaction" or "connector_text" when (block["content"] ?? block["text"]) is JsonValue text =>
            [
                Text(text.DeepClone()),
            ],
            "compaction" or "connector_text" => [],
            var other => throw RefusedException.Field(
                field,
                $"blocks of type {other ?? "(none)"} are not offered here"
            ),
        };
        // The provider's cache ends where the caller's mark stands.
        if (parts.Length > 0)
            WithCache(parts[^1], block);
        return parts;
    }

    public static JsonObject WithCache(JsonObject target, JsonNode source)
    {
        if (source[Cache] is { } mark)
            target[Cache] = mark.DeepClone();
        return target;
    }

    private JsonObject[] File(JsonNode block, string field)
    {
        var source = block["source"] as JsonObject ?? throw RefusedException.Field(field, "must hold a source");
        var type = source["media_type"]?.GetValue<string>() ?? "";
        switch (source["type"]?.GetValue<string>())
        {
            case "text":
                return [Text(Joined(block["title"], block["context"], source["data"]?.GetValue<string>() ?? ""))];
            case "content" when source["content"] is JsonValue text:
                return [Text(Joined(block["title"], block["context"], text.GetValue<string>()))];
            case "content" when source["content"] is JsonArray inner:
                return
                [
                    .. inner.SelectMany(
                        (b, i) =>
                            Parts(
                                b ?? throw RefusedException.Field($"{field}.source.content[{i}]", "must be an object"),
                                $"{field}.source.content[{i}]"
                            )
                    ),
                ];
            case "base64" when type.StartsWith("text/", StringComparison.Ordinal):
                return
                [
                    Text(
                        Joined(
                            block["title"],
                            block["context"],
                            Decode(source["data"]?.GetValue<string>() ?? "", field)
                        )
                    ),
                ];
            case "base64" when type == Pdf && source["data"] is JsonValue:
                return [Kept(block, field)];
            case "url" when source["url"]?.GetValue<string>() is { } url:
                return PublicUrl.Problem(url) is { } problem
                    ? throw RefusedException.Field(field + ".source.url", problem)
                    : [Kept(block, field)];
            default:
                throw RefusedException.Field(
                    field + ".source",
                    "must be text, content, a url, or base64 of a text or a PDF; files are not kept here"
                );
        }
    }

    /// <summary>As it came, but for what would name something that is kept elsewhere.</summary>
    private JsonObject Kept(JsonNode block, string field)
    {
        Document ??= field;
        var document = new JsonObject { ["type"] = "document", ["source"] = block["source"]!.DeepClone() };
        foreach (var name in (ReadOnlySpan<string>)["title", "context"])
            if (block[name] is { } text)
                document[name] = text.DeepClone();
        return document;
    }

    private static JsonObject Image(JsonNode? source, string field)
    {
        var url = source?["type"]?.GetValue<string>() switch
        {
            "url" when source["url"]?.GetValue<string>() is { } address => PublicUrl.Problem(address) is { } problem
                ? throw RefusedException.Field(field + ".source.url", problem)
                : address,
            "base64" when source["media_type"]?.GetValue<string>() is { } type && source["data"] is { } data =>
                type.StartsWith("image/", StringComparison.Ordinal)
                    ? $"data:{type};base64,{data.GetValue<string>()}"
                    : throw RefusedException.Field(field + ".source.media_type", "must be one of an image"),
            _ => throw RefusedException.Field(field + ".source", "must be base64 with media_type and data, or a url"),
        };
        return new JsonObject
        {
            ["type"] = "image_url",
            ["image_url"] = new JsonObject { ["url"] = url },
        };
    }

    private static string TextsOf(JsonNode? content) =>
        content is JsonArray blocks
            ? string.Join('\n', blocks.Select(b => b?["text"]?.GetValue<string>()))
            : content?.GetValue<string>() ?? "";

    private static string Joined(JsonNode? title, JsonNode? context, string text) =>
        string.Join('\n', new[] { title?.ToString(), context?.ToString(), text }.Where(t => !string.IsNullOrEmpty(t)));

    private static string Decode(string base64, string field)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(base64));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw RefusedException.Field(field + ".source.data", "must be base64 of text in UTF-8");
        }
    }

    private static JsonObject Text(JsonNode? text) => new() { ["type"] = "text", ["text"] = text };
}
