using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// Anthropic's turns as messages: texts, images, tool uses and their results. Earlier thinking is left out, because its
/// signature is its author's.
/// </summary>
internal static class MessageInput
{
    private const string Cache = "cache_control";

    public static JsonArray ToMessages(JsonNode? system, JsonNode? messages)
    {
        var translated = new JsonArray();
        if (system is not null) translated.Add(Message("system", Content(system, "system")));
        var turns = messages as JsonArray ?? throw RefusedException.Field("messages", "must be an array");
        for (var i = 0; i < turns.Count; i++)
        {
            var field = $"messages[{i}]";
            var turn = turns[i] ?? throw RefusedException.Field(field, "must be an object");
            var role = turn["role"]?.GetValue<string>();
            if (role is not ("user" or "assistant")) throw RefusedException.Field(field + ".role", "must be user or assistant");
            if (turn["content"] is JsonArray blocks) AddTurn(translated, role, blocks, field + ".content");
            else translated.Add(Message(role, turn["content"]?.DeepClone() ?? throw RefusedException.Field(field + ".content", "is required")));
        }
        return translated;
    }

    /// <summary>The provider's cache ends where the caller's mark stands.</summary>
    public static JsonObject WithCache(JsonObject target, JsonNode source)
    {
        if (source[Cache] is { } mark) target[Cache] = mark.DeepClone();
        return target;
    }

    /// <summary>Results of tools are messages of their own, before what else the turn says.</summary>
    private static void AddTurn(JsonArray messages, string role, JsonArray blocks, string field)
    {
        var (parts, calls) = (new JsonArray(), new JsonArray());
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i] ?? throw RefusedException.Field($"{field}[{i}]", "must be an object");
            switch (block["type"]?.GetValue<string>())
            {
                case "tool_use" when role == "assistant":
                    calls.Add(Call(block));
                    break;
                case "tool_result" when role == "user":
                    messages.Add(Result(block, $"{field}[{i}].content"));
                    break;
                case "thinking" or "redacted_thinking" when role == "assistant":
                    break;
                default:
                    parts.Add(Part(block, $"{field}[{i}]"));
                    break;
            }
        }
        if (parts.Count == 0 && calls.Count == 0) return;
        var message = Message(role, parts.Count > 0 ? parts : null);
        if (calls.Count > 0) message["tool_calls"] = calls;
        messages.Add(message);
    }

    private static JsonObject Call(JsonNode block) => new()
    {
        ["id"] = block["id"]?.DeepClone(),
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = block["name"]?.DeepClone(), ["arguments"] = block["input"]?.ToJsonString() ?? "{}" },
    };

    private static JsonObject Result(JsonNode block, string field)
    {
        var content = block["content"] is { } given ? Content(given, field) : "";
        if (block[Cache] is not null)
        {
            if (content is not JsonArray parts) parts = [new JsonObject { ["type"] = "text", ["text"] = content }];
            if (parts.Count > 0) WithCache(parts[^1]!.AsObject(), block);
            content = parts;
        }
        var message = Message("tool", content);
        message["tool_call_id"] = block["tool_use_id"]?.DeepClone();
        return message;
    }

    private static JsonNode Content(JsonNode content, string field) => content is JsonArray blocks
        ? new JsonArray([.. blocks.Select((b, i) => Part(b ?? throw RefusedException.Field($"{field}[{i}]", "must be an object"), $"{field}[{i}]"))])
        : content.DeepClone();

    private static JsonObject Part(JsonNode block, string field) => block["type"]?.GetValue<string>() switch
    {
        "text" => WithCache(new JsonObject { ["type"] = "text", ["text"] = block["text"]?.DeepClone() }, block),
        "image" => WithCache(
            new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = Url(block["source"], field) } }, block),
        var other => throw RefusedException.Field(field, $"blocks of type {other ?? "(none)"} are not offered here"),
    };

    private static string Url(JsonNode? source, string field) => source?["type"]?.GetValue<string>() switch
    {
        "url" when source["url"] is { } url => url.GetValue<string>(),
        "base64" when source["media_type"] is { } type && source["data"] is { } data =>
            $"data:{type.GetValue<string>()};base64,{data.GetValue<string>()}",
        _ => throw RefusedException.Field(field + ".source", "must be base64 with media_type and data, or a url"),
    };

    private static JsonObject Message(string role, JsonNode? content) => new() { ["role"] = role, ["content"] = content };
}
