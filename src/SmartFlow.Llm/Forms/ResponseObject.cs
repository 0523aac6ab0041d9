using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Llm.Forms;

/// <summary>The response object: what was asked, what was answered, and what it cost.</summary>
internal static class ResponseObject
{
    public const string Completed = "completed";
    public const string Incomplete = "incomplete";
    public const string InProgress = "in_progress";

    /// <summary>What the request's fields are where it leaves them out.</summary>
    private static readonly (string Name, string Json)[] Echoed =
    [
        ("instructions", "null"),
        ("max_output_tokens", "null"),
        ("metadata", "{}"),
        ("parallel_tool_calls", "true"),
        ("reasoning", """{"effort":null,"summary":null}"""),
        ("temperature", "null"),
        ("text", """{"format":{"type":"text"}}"""),
        ("tool_choice", "\"auto\""),
        ("tools", "[]"),
        ("top_p", "null"),
        ("truncation", "\"disabled\""),
        ("user", "null"),
    ];

    /// <param name="chatId">The completion's id: the response's is made of it, so that a repeat has the same.</param>
    public static JsonObject Create(
        JsonObject asked,
        string chatId,
        long created,
        string model,
        string status,
        JsonArray output
    )
    {
        var response = new JsonObject
        {
            ["id"] = "resp_" + chatId,
            ["object"] = "response",
            ["created_at"] = created,
            ["status"] = status,
            ["background"] = false,
            ["error"] = null,
            ["incomplete_details"] = null,
            ["model"] = model,
            ["output"] = output,
            ["previous_response_id"] = null,
            ["store"] = false,
            ["usage"] = null,
        };
        foreach (var (name, json) in Echoed)
            response[name] = asked[name]?.DeepClone() ?? JsonNode.Parse(json);
        return response;
    }

    /// <summary>Ends it: status, usage, and what was charged.</summary>
    public static void End(JsonObject response, string finishReason, JsonElement usage, CallReceipt? receipt)
    {
        response["status"] = StatusOf(finishReason);
        if (StatusOf(finishReason) == Incomplete)
            response["incomplete_details"] = new JsonObject
            {
                ["reason"] = finishReason == "length" ? "max_output_tokens" : "content_filter",
            };
        response["usage"] = Usage(usage, receipt);
        if (receipt is not null)
            response["smartflow"] = new JsonObject
            {
                ["event_id"] = receipt.EventId,
                ["credit_micros"] = receipt.CreditMicros,
            };
    }

    public static string StatusOf(string finishReason) =>
        finishReason is "length" or "content_filter" ? Incomplete : Completed;

    /// <summary>A whole completion as a response.</summary>
    public static JsonObject Of(JsonObject asked, ReadOnlyMemory<byte> completion, CallReceipt receipt)
    {
        using var document = JsonDocument.Parse(completion);
        var said = document.RootElement;
        var id = AnswerReading.Text(said, "id");
        var choice = AnswerReading.FirstChoice(said);
        var message = AnswerReading.Member(choice, "message");
        var finish = AnswerReading.Text(choice, "finish_reason");
        var output = new JsonArray();
        if (AnswerReading.Thought(message) is { Length: > 0 } reasoning)
            output.Add(ResponseItems.Reasoning(id, reasoning));
        var text = AnswerReading.Content(message);
        var refusal = AnswerReading.Text(message, "refusal");
        var calls = AnswerReading.Calls(message).ToArray();
        if (text.Length > 0 || refusal.Length > 0 || calls.Length == 0)
            output.Add(
                ResponseItems.Message(
                    id,
                    StatusOf(finish),
                    refusal.Length > 0 ? ResponseItems.Refusal(refusal) : ResponseItems.OutputText(text)
                )
            );
        foreach (var call in calls)
            output.Add(
                ResponseItems.FunctionCall(
                    AnswerReading.Text(call, "id"),
                    AnswerReading.Text(AnswerReading.Member(call, "function"), "name"),
                    AnswerReading.Arguments(call),
                    Completed
                )
            );
        var response = Create(asked, id, Created(said), AnswerReading.Text(said, "model"), Completed, output);
        End(response, finish, AnswerReading.Member(said, "usage"), receipt);
        return response;
    }

    /// <summary>A text of a request or of what we wrote ourselves; empty where there is none.</summary>
    public static string Text(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    public static long Created(JsonElement said) => AnswerReading.Whole(said, "created") ?? 0;

    /// <summary>What the provider told; where it told nothing that can be read, what was charged.</summary>
    private static JsonObject? Usage(JsonElement usage, CallReceipt? receipt)
    {
        if (
            AnswerReading.Whole(usage, "prompt_tokens") is not { } prompt
            || AnswerReading.Whole(usage, "completion_tokens") is not { } completion
        )
            return receipt?.Usage is { } used
                ? Usage(
                    used.Input + used.Cached + used.CacheWrite,
                    used.Cached,
                    used.Output + used.Reasoning,
                    used.Reasoning,
                    null
                )
                : null;
        return Usage(
            prompt,
            AnswerReading.Whole(AnswerReading.Member(usage, "prompt_tokens_details"), "cached_tokens") ?? 0,
            completion,
            AnswerReading.Whole(AnswerReading.Member(usage, "completion_tokens_details"), "reasoning_tokens") ?? 0,
            AnswerReading.Whole(usage, "total_tokens")
        );
    }

    private static JsonObject Usage(long input, long cached, long output, long reasoning, long? total) =>
        new()
        {
            ["input_tokens"] = input,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = cached },
            ["output_tokens"] = output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reasoning },
            ["total_tokens"] = total ?? input + output,
        };
}

/// <summary>The items of an output.</summary>
internal static class ResponseItems
{
    public static JsonObject Message(string chatId, string status, params JsonNode[] content) =>
        new()
        {
            ["id"] = "msg_" + chatId,
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = new JsonArray(content),
        };

    public static JsonObject OutputText(string text) =>
        new()
        {
            ["type"] = "output_text",
            ["text"] = text,
            ["annotations"] = new JsonArray(),
            ["logprobs"] = new JsonArray(),
        };

    public static JsonObject Refusal(string text) => new() { ["type"] = "refusal", ["refusal"] = text };

    public static JsonObject FunctionCall(string callId, string name, string arguments, string status) =>
        new()
        {
            ["id"] = "fc_" + callId,
            ["type"] = "function_call",
            ["status"] = status,
            ["call_id"] = callId,
            ["name"] = name,
            ["arguments"] = arguments,
        };

    public static JsonObject Reasoning(string chatId, string text) =>
        new()
        {
            ["id"] = "rs_" + chatId,
            ["type"] = "reasoning",
            ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = text }),
        };
}
