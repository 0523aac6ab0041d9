using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Gateway.Messages;

/// <summary>A message as Anthropic's clients know it: what was answered, and what it cost.</summary>
internal static class MessageObject
{
    /// <summary>
    /// Deeper arguments are given as they are: clients read 64 levels, and a message has some of its own.
    /// </summary>
    private static readonly JsonDocumentOptions ShallowInput = new() { MaxDepth = 48 };

    /// <summary>A whole completion as a message.</summary>
    /// <param name="completion">As the model service gave it.</param>
    /// <param name="receipt">What it used and cost.</param>
    /// <param name="token">What its id is made of.</param>
    public static JsonObject Of(ReadOnlyMemory<byte> completion, CallReceipt receipt, string token)
    {
        using var document = JsonDocument.Parse(completion);
        var choice = AnswerReading.FirstChoice(document.RootElement);
        var said = AnswerReading.Member(choice, "message");
        var refusal = AnswerReading.Text(said, "refusal");
        var content = new JsonArray();
        if (AnswerReading.Thought(said) is { Length: > 0 } thought)
            content.Add(Thinking(thought));
        if (AnswerReading.Content(said) + refusal is { Length: > 0 } text)
            content.Add(new JsonObject { ["type"] = "text", ["text"] = text });
        var calls = AnswerReading.Calls(said).ToArray();
        foreach (var call in calls)
            content.Add(
                ToolUse(
                    AnswerReading.Text(call, "id"),
                    AnswerReading.Text(AnswerReading.Member(call, "function"), "name"),
                    Input(AnswerReading.Arguments(call))
                )
            );
        var message = Create(
            IdOf(document.RootElement, token),
            AnswerReading.Text(document.RootElement, "model"),
            content
        );
        message["stop_reason"] = StopReason(
            AnswerReading.Text(choice, "finish_reason"),
            refusal.Length > 0,
            calls.Length > 0
        );
        message["usage"] = Usage(receipt);
        message["smartflow"] = Cost(receipt);
        return message;
    }

    /// <summary>Anthropic's own where it is one; other providers may give the same to every answer.</summary>
    public static string IdOf(JsonElement said, string token) =>
        AnswerReading.Text(said, "id") is var id && id.StartsWith("msg_", StringComparison.Ordinal)
            ? id
            : "msg_" + token;

    /// <summary>One that has no end yet.</summary>
    public static JsonObject Create(string id, string model, JsonArray content) =>
        new()
        {
            ["id"] = id,
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = model,
            ["content"] = content,
            ["stop_reason"] = null,
            ["stop_sequence"] = null,
            ["usage"] = Usage(new CallReceipt()),
        };

    public static JsonObject Thinking(string text) =>
        new()
        {
            ["type"] = "thinking",
            ["thinking"] = text,
            ["signature"] = "",
        };

    public static JsonObject ToolUse(string id, string name, JsonNode input) =>
        new()
        {
            ["type"] = "tool_use",
            ["id"] = id,
            ["name"] = name,
            ["input"] = input,
        };

    public static string StopReason(string finish, bool refused, bool callsTools) =>
        finish switch
        {
            _ when refused => "refusal",
            "length" => "max_tokens",
            "content_filter" => "refusal",
            _ when callsTools => "tool_use",
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

    /// <summary>
    /// Arguments that are no object, which a model may well write, are given as they are under a name.
    /// </summary>
    private static JsonObject Input(string arguments)
    {
        try
        {
            if (arguments.Length == 0)
                return new JsonObject();
            if (JsonNode.Parse(arguments, documentOptions: ShallowInput) is not JsonObject input)
                return Unreadable(arguments);
            // What cannot be written, half of a character among it, is found only so.
            input.ToJsonString();
            return input;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return Unreadable(arguments);
        }
    }

    private static JsonObject Unreadable(string arguments) => new() { ["arguments"] = arguments };
}
