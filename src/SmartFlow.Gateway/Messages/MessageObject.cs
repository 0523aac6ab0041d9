using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Gateway.Messages;

/// <summary>A message as Anthropic's clients know it: what was answered, and what it cost.</summary>
internal static class MessageObject
{
    /// <summary>A whole completion as a message.</summary>
    /// <param name="completion">As the model service gave it.</param>
    /// <param name="receipt">What it used and cost.</param>
    /// <param name="token">What its id is made of.</param>
    public static JsonObject Of(JsonObject completion, CallReceipt receipt, string token)
    {
        var choice = completion["choices"]![0]!;
        var said = choice["message"]!;
        var content = new JsonArray();
        if (Text(said["reasoning_content"]) is { Length: > 0 } thought) content.Add(Thinking(thought));
        if (Text(said["content"]) + Text(said["refusal"]) is { Length: > 0 } text)
            content.Add(new JsonObject { ["type"] = "text", ["text"] = text });
        foreach (var call in said["tool_calls"] as JsonArray ?? [])
            content.Add(ToolUse(Text(call?["id"]), Text(call?["function"]?["name"]), Input(Text(call?["function"]?["arguments"]))));
        var message = Create(IdOf(completion, token), Text(completion["model"]), content);
        message["stop_reason"] = StopReason(Text(choice["finish_reason"]), Text(said["refusal"]).Length > 0);
        message["usage"] = Usage(receipt);
        message["smartflow"] = Cost(receipt);
        return message;
    }

    /// <summary>Anthropic's own where it is one; other providers may give the same to every answer.</summary>
    public static string IdOf(JsonObject said, string token) =>
        Text(said["id"]) is var id && id.StartsWith("msg_", StringComparison.Ordinal) ? id : "msg_" + token;

    /// <summary>One that has no end yet.</summary>
    public static JsonObject Create(string id, string model, JsonArray content) => new()
    {
        ["id"] = id, ["type"] = "message",
        ["role"] = "assistant", ["model"] = model, ["content"] = content, ["stop_reason"] = null, ["stop_sequence"] = null,
        ["usage"] = Usage(new CallReceipt()),
    };

    public static JsonObject Thinking(string text) => new() { ["type"] = "thinking", ["thinking"] = text, ["signature"] = "" };

    public static JsonObject ToolUse(string id, string name, JsonNode input) =>
        new() { ["type"] = "tool_use", ["id"] = id, ["name"] = name, ["input"] = input };

    public static string StopReason(string finish, bool refused) => finish switch
    {
        _ when refused => "refusal",
        "length" => "max_tokens",
        "tool_calls" or "function_call" => "tool_use",
        "content_filter" => "refusal",
        _ => "end_turn",
    };

    /// <summary>The charged buckets as Anthropic counts: the cache beside the input.</summary>
    public static JsonObject Usage(CallReceipt receipt)
    {
        var usage = receipt.Usage ?? new TokenUsageMessage();
        return new JsonObject
        {
            ["input_tokens"] = usage.Input,
            ["output_tokens"] = usage.Output + usage.Reasoning,
            ["cache_read_input_tokens"] = usage.Cached,
            ["cache_creation_input_tokens"] = usage.CacheWrite,
        };
    }

    public static JsonObject Cost(CallReceipt receipt) =>
        new() { ["event_id"] = receipt.EventId, ["credit_micros"] = receipt.CreditMicros };

    public static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    /// <summary>Arguments that are no object, which a model may well write, are given as they are under a name.</summary>
    private static JsonNode Input(string arguments)
    {
        try
        {
            return arguments.Length == 0 ? new JsonObject() : JsonNode.Parse(arguments) as JsonObject ?? Unreadable(arguments);
        }
        catch (JsonException)
        {
            return Unreadable(arguments);
        }
    }

    private static JsonObject Unreadable(string arguments) => new() { ["arguments"] = arguments };
}
