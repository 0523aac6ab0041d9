using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Responses;

/// <summary>Messages as input items: texts and images, tool calls and their outputs, in their order.</summary>
internal static class ResponsesMessages
{
    public static JsonArray ToItems(JsonArray messages)
    {
        var items = new JsonArray();
        for (var i = 0; i < messages.Count; i++)
            Add(items, messages[i]!.AsObject(), $"messages[{i}]");
        return items;
    }

    private static void Add(JsonArray items, JsonObject message, string field)
    {
        var role = message["role"]!.GetValue<string>();
        if (role == "function" || message["function_call"] is not null)
            throw Failures.Untranslatable($"{field}: function_call is not offered; use tools.");
        if (role == "tool")
        {
            items.Add(
                new JsonObject
                {
                    ["type"] = "function_call_output",
                    ["call_id"] = message["tool_call_id"]?.DeepClone(),
                    ["output"] = Content(message["content"], "input_text", field),
                }
            );
            return;
        }
        var said = role == "assistant" ? "output_text" : "input_text";
        if (Content(message["content"], said, field) is { } content && !IsEmpty(content))
            items.Add(
                new JsonObject
                {
                    ["type"] = "message",
                    ["role"] = role,
                    ["content"] = content,
                }
            );
        foreach (var call in message["tool_calls"] as JsonArray ?? [])
            items.Add(
                new JsonObject
                {
                    ["type"] = "function_call",
                    ["call_id"] = call?["id"]?.DeepClone(),
                    ["name"] = call?["function"]?["name"]?.DeepClone()
                        ?? throw Failures.Untranslatable($"{field}: only calls of functions are offered."),
                    ["arguments"] = call["function"]!["arguments"]?.DeepClone() ?? "{}",
                }
            );
    }

    private static JsonNode? Content(JsonNode? content, string said, string field)
    {
        if (content is not JsonArray parts)
            return content?.DeepClone();
        return new JsonArray([.. parts.Select(part => Part(part, said, field))]);
    }

    private static JsonObject Part(JsonNode? part, string said, string field) =>
        part?["type"]?.GetValue<string>() switch
        {
            "text" => new JsonObject { ["type"] = said, ["text"] = part["text"]?.DeepClone() },
            "refusal" => new JsonObject { ["type"] = "refusal", ["refusal"] = part["refusal"]?.DeepClone() },
            "image_url" => Image(part["image_url"]),
            var other => throw Failures.Untranslatable($"{field}: content of type {other ?? "(none)"} is not offered."),
        };

    private static JsonObject Image(JsonNode? image) =>
        new()
        {
            ["type"] = "input_image",
            ["image_url"] = (image is JsonObject ? image["url"] : image)?.DeepClone(),
            ["detail"] = (image as JsonObject)?["detail"]?.DeepClone() ?? "auto",
        };

    private static bool IsEmpty(JsonNode content) =>
        content is JsonArray { Count: 0 }
        || (content is JsonValue text && text.TryGetValue(out string? said) && said.Length == 0);
}
