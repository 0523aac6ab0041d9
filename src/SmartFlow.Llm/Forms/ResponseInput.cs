using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Forms;

/// <summary>Input items as messages: texts, images, tool calls and their outputs. Earlier reasoning is left out.</summary>
internal static class ResponseInput
{
    public static JsonArray ToMessages(JsonNode? instructions, JsonNode? input)
    {
        var messages = new JsonArray();
        if (instructions is not null) messages.Add(Message("system", instructions.DeepClone()));
        if (input is JsonArray items)
            for (var i = 0; i < items.Count; i++)
                Add(messages, items[i], $"input[{i}]");
        else if (input is JsonValue text && text.TryGetValue(out string? said)) messages.Add(Message("user", said));
        else throw RefusedException.Field("input", "must be a text or an array of items");
        return messages;
    }

    private static void Add(JsonArray messages, JsonNode? item, string field)
    {
        var kind = item?["type"]?.GetValue<string>() ?? "message";
        switch (kind)
        {
            case "message" when item is not null && item["role"] is { } role:
                messages.Add(Message(role.GetValue<string>(), Content(item["content"], field)));
                return;
            case "function_call":
                AddCall(messages, item!);
                return;
            case "function_call_output":
                var result = Message("tool", Content(item!["output"], field));
                result["tool_call_id"] = item["call_id"]?.DeepClone();
                messages.Add(result);
                return;
            case "reasoning":
                return;
            default:
                throw RefusedException.Field(field, $"items of type {kind} are not offered");
        }
    }

    /// <summary>Calls that follow each other belong to one message of the assistant.</summary>
    private static void AddCall(JsonArray messages, JsonNode item)
    {
        if (messages.Count == 0 || messages[^1] is not JsonObject last || last["role"]!.GetValue<string>() != "assistant")
        {
            last = Message("assistant", null);
            messages.Add(last);
        }
        if (last["tool_calls"] is not JsonArray calls) last["tool_calls"] = calls = [];
        calls.Add(new JsonObject
        {
            ["id"] = item["call_id"]?.DeepClone(),
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = item["name"]?.DeepClone(), ["arguments"] = item["arguments"]?.DeepClone() },
        });
    }

    private static JsonNode? Content(JsonNode? content, string field)
    {
        if (content is not JsonArray parts) return content?.DeepClone();
        var translated = new JsonArray();
        foreach (var part in parts)
            translated.Add(part?["type"]?.GetValue<string>() switch
            {
                "input_text" or "output_text" or "text" => new JsonObject { ["type"] = "text", ["text"] = part["text"]?.DeepClone() },
                "refusal" => new JsonObject { ["type"] = "refusal", ["refusal"] = part["refusal"]?.DeepClone() },
                "input_image" when part["image_url"] is { } url => Image(url, part["detail"]),
                var other => throw RefusedException.Field(field, $"content of type {other ?? "(none)"} is not offered"),
            });
        return translated;
    }

    private static JsonObject Image(JsonNode url, JsonNode? detail)
    {
        var image = new JsonObject { ["url"] = url.DeepClone() };
        if (detail is not null) image["detail"] = detail.DeepClone();
        return new JsonObject { ["type"] = "image_url", ["image_url"] = image };
    }

    private static JsonObject Message(string role, JsonNode? content) => new() { ["role"] = role, ["content"] = content };
}
