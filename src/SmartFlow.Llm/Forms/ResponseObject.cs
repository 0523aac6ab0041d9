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
        ("instructions", "null"), ("max_output_tokens", "null"), ("metadata", "{}"), ("parallel_tool_calls", "true"),
        ("reasoning", """{"effort":null,"summary":null}"""), ("temperature", "null"), ("text", """{"format":{"type":"text"}}"""),
        ("tool_choice", "\"auto\""), ("tools", "[]"), ("top_p", "null"), ("truncation", "\"disabled\""), ("user", "null"),
    ];

    /// <param name="chatId">The completion's id: the response's is made of it, so that a repeat has the same.</param>
    public static JsonObject Create(JsonObject asked, string chatId, long created, string model, string status, JsonArray output)
    {
        var response = new JsonObject
        {
            ["id"] = "resp_" + chatId, ["object"] = "response", ["created_at"] = created, ["status"] = status, ["background"] = false,
            ["error"] = null, ["incomplete_details"] = null, ["model"] = model, ["output"] = output,
            ["previous_response_id"] = null, ["store"] = false, ["usage"] = null,
        };
        foreach (var (name, json) in Echoed) response[name] = asked[name]?.DeepClone() ?? JsonNode.Parse(json);
        return response;
    }

    /// <summary>Ends it: status, usage, and what was charged.</summary>
    public static void End(JsonObject response, string? finishReason, JsonNode? usage, CallReceipt? receipt)
    {
        response["status"] = StatusOf(finishReason);
        if (StatusOf(finishReason) == Incomplete)
            response["incomplete_details"] = new JsonObject { ["reason"] = finishReason == "length" ? "max_output_tokens" : "content_filter" };
        response["usage"] = Usage(usage);
        if (receipt is not null)
            response["smartflow"] = new JsonObject { ["event_id"] = receipt.EventId, ["credit_micros"] = receipt.CreditMicros };
    }

    public static string StatusOf(string? finishReason) => finishReason is "length" or "content_filter" ? Incomplete : Completed;

    /// <summary>A whole completion as a response.</summary>
    public static JsonObject Of(JsonObject asked, JsonObject completion, CallReceipt receipt)
    {
        var id = completion["id"]?.GetValue<string>() ?? "";
        var choice = completion["choices"]![0]!;
        var message = choice["message"]!;
        var finish = choice["finish_reason"]?.GetValue<string>();
        var output = new JsonArray();
        if (Text(message["reasoning_content"]) is { Length: > 0 } reasoning) output.Add(ResponseItems.Reasoning(id, reasoning));
        var text = Text(message["content"]);
        var refusal = Text(message["refusal"]);
        if (text.Length > 0 || refusal.Length > 0 || message["tool_calls"] is not JsonArray { Count: > 0 })
            output.Add(ResponseItems.Message(id, StatusOf(finish), refusal.Length > 0 ? ResponseItems.Refusal(refusal) : ResponseItems.OutputText(text)));
        foreach (var call in message["tool_calls"] as JsonArray ?? [])
            output.Add(ResponseItems.FunctionCall(
                Text(call?["id"]), Text(call?["function"]?["name"]), Text(call?["function"]?["arguments"]), Completed));
        var response = Create(
            asked, id, completion["created"]?.GetValue<long>() ?? 0, Text(completion["model"]), Completed, output);
        End(response, finish, completion["usage"], receipt);
        return response;
    }

    public static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    private static JsonObject? Usage(JsonNode? usage)
    {
        if (usage is not JsonObject) return null;
        return new JsonObject
        {
            ["input_tokens"] = Count(usage["prompt_tokens"]),
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = Count(usage["prompt_tokens_details"]?["cached_tokens"]) },
            ["output_tokens"] = Count(usage["completion_tokens"]),
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = Count(usage["completion_tokens_details"]?["reasoning_tokens"]) },
            ["total_tokens"] = Count(usage["total_tokens"]),
        };
    }

    private static long Count(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue(out long count) ? count : 0;
}

/// <summary>The items of an output.</summary>
internal static class ResponseItems
{
    public static JsonObject Message(string chatId, string status, params JsonNode[] content) => new()
    {
        ["id"] = "msg_" + chatId, ["type"] = "message", ["status"] = status, ["role"] = "assistant", ["content"] = new JsonArray(content),
    };

    public static JsonObject OutputText(string text) => new()
    {
        ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray(),
    };

    public static JsonObject Refusal(string text) => new() { ["type"] = "refusal", ["refusal"] = text };

    public static JsonObject FunctionCall(string callId, string name, string arguments, string status) => new()
    {
        ["id"] = "fc_" + callId, ["type"] = "function_call", ["status"] = status, ["call_id"] = callId, ["name"] = name,
        ["arguments"] = arguments,
    };

    public static JsonObject Reasoning(string chatId, string text) => new()
    {
        ["id"] = "rs_" + chatId, ["type"] = "reasoning",
        ["summary"] = new JsonArray(new JsonObject { ["type"] = "summary_text", ["text"] = text }),
    };
}
