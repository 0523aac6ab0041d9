using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// Messages: system and developer texts move to <c>system</c>, tool calls and their results become blocks, and messages
/// of one side that follow each other are joined, because the API wants turns.
/// </summary>
internal static class AnthropicMessages
{
    public static void Translate(JsonArray messages, JsonObject target)
    {
        var system = new JsonArray();
        var turns = new JsonArray();
        foreach (var message in messages)
        {
            var role = message?["role"]?.GetValue<string>();
            if (role is "system" or "developer")
                AddBlocks(system, message!["content"]);
            else
                AddTurn(turns, role == "assistant" ? "assistant" : "user", Blocks(message!.AsObject(), role));
        }
        if (system.Count > 0)
            target["system"] = system;
        target["messages"] = turns;
    }

    private static JsonArray Blocks(JsonObject message, string? role)
    {
        var blocks = new JsonArray();
        if (role is "tool" or "function")
        {
            var result = new JsonArray();
            AddBlocks(result, message["content"]);
            blocks.Add(
                new JsonObject
                {
                    ["type"] = "tool_result",
                    ["tool_use_id"] = message["tool_call_id"]?.DeepClone(),
                    ["content"] = result,
                }
            );
            return blocks;
        }
        AddBlocks(blocks, message["content"]);
        foreach (var call in message["tool_calls"] as JsonArray ?? [])
            blocks.Add(
                new JsonObject
                {
                    ["type"] = "tool_use",
                    ["id"] = call?["id"]?.DeepClone(),
                    ["name"] = call?["function"]?["name"]?.DeepClone(),
                    ["input"] = Arguments(call?["function"]?["arguments"]),
                }
            );
        return blocks;
    }

    private static void AddTurn(JsonArray turns, string role, JsonArray blocks)
    {
        // A turn without content is refused there and says nothing here.
        if (blocks.Count == 0)
            return;
        if (turns.Count > 0 && turns[^1]!["role"]!.GetValue<string>() == role)
        {
            var joined = turns[^1]!["content"]!.AsArray();
            foreach (var block in blocks)
                joined.Add(block!.DeepClone());
            return;
        }
        turns.Add(new JsonObject { ["role"] = role, ["content"] = blocks });
    }

    private static void AddBlocks(JsonArray blocks, JsonNode? content)
    {
        if (content is JsonArray parts)
            foreach (var part in parts)
                blocks.Add(Block(part));
        else if (content is JsonValue text && text.TryGetValue(out string? said) && said.Length > 0)
            blocks.Add(new JsonObject { ["type"] = "text", ["text"] = said });
    }

    private static JsonNode? Block(JsonNode? part) =>
        part?["type"]?.GetValue<string>() switch
        {
            "image_url" => Image(part),
            "refusal" => new JsonObject { ["type"] = "text", ["text"] = part["refusal"]?.DeepClone() },
            _ => part?.DeepClone(),
        };

    private static JsonObject Image(JsonNode part)
    {
        var url = part["image_url"] is JsonObject image
            ? image["url"]?.GetValue<string>()
            : part["image_url"]?.GetValue<string>();
        var source = new JsonObject { ["type"] = "url", ["url"] = url };
        if (url?.StartsWith("data:", StringComparison.OrdinalIgnoreCase) == true)
        {
            var comma = url.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0 || !url[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
                throw Failures.Untranslatable("An image's data URL must be base64.");
            source = new JsonObject
            {
                ["type"] = "base64",
                ["media_type"] = url["data:".Length..(comma - ";base64".Length)],
                ["data"] = url[(comma + 1)..],
            };
        }
        var block = new JsonObject { ["type"] = "image", ["source"] = source };
        if (part["cache_control"] is { } cache)
            block["cache_control"] = cache.DeepClone();
        return block;
    }

    private static JsonNode Arguments(JsonNode? arguments)
    {
        if (arguments is not JsonValue value || !value.TryGetValue(out string? json) || json.Length == 0)
            return new JsonObject();
        try
        {
            return JsonNode.Parse(json) as JsonObject
                ?? throw Failures.Untranslatable("The arguments of a tool call must be a JSON object.");
        }
        catch (JsonException)
        {
            throw Failures.Untranslatable("The arguments of a tool call are not JSON.");
        }
    }
}
