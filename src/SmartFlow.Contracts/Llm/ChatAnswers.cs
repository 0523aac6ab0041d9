using System.Text.Json;
using Microsoft.Extensions.AI;

namespace SmartFlow.Contracts.Llm;

/// <summary>An OpenAI chat completion as types of Microsoft.Extensions.AI.</summary>
internal static class ChatAnswers
{
    public static ChatResponse Response(JsonElement root, CallReceipt receipt)
    {
        var response = new ChatResponse
        {
            ResponseId = Text(root, "id"),
            ModelId = Text(root, "model"),
            CreatedAt = Created(root),
            Usage = Usage(receipt),
            RawRepresentation = receipt,
        };
        if (!root.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array) return response;
        foreach (var choice in choices.EnumerateArray())
        {
            response.FinishReason ??= Finish(choice);
            if (choice.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object)
                response.Messages.Add(Message(message));
        }
        return response;
    }

    /// <summary>The receipt's disjoint buckets in the totals that UsageDetails asks for.</summary>
    public static UsageDetails Usage(CallReceipt receipt)
    {
        var usage = receipt.Usage ?? new TokenUsageMessage();
        var (input, output) = (usage.Input + usage.Cached + usage.CacheWrite, usage.Output + usage.Reasoning);
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = input + output,
            CachedInputTokenCount = usage.Cached,
            ReasoningTokenCount = usage.Reasoning,
        };
    }

    public static ChatFinishReason? Finish(JsonElement choice) => Text(choice, "finish_reason") switch
    {
        null => null,
        "stop" => ChatFinishReason.Stop,
        "length" => ChatFinishReason.Length,
        "content_filter" => ChatFinishReason.ContentFilter,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        var other => new ChatFinishReason(other),
    };

    /// <summary>Vendors disagree on the field's name.</summary>
    public static string? Reasoning(JsonElement message) => Text(message, "reasoning_content") ?? Text(message, "reasoning");

    public static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static DateTimeOffset? Created(JsonElement root) =>
        root.TryGetProperty("created", out var created) && created.TryGetInt64(out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A call whose arguments are not a JSON object carries the exception instead of arguments.</summary>
    public static FunctionCallContent Call(string id, string name, string arguments) =>
        FunctionCallContent.CreateFromParsedArguments(
            arguments, id, name,
            static json => json.Length == 0 ? null : JsonSerializer.Deserialize<Dictionary<string, object?>>(json, ChatRequests.Json));

    private static ChatMessage Message(JsonElement message)
    {
        var mapped = new ChatMessage(ChatRole.Assistant, []);
        if (Reasoning(message) is { Length: > 0 } thought) mapped.Contents.Add(new TextReasoningContent(thought));
        if (Content(message) is { Length: > 0 } text) mapped.Contents.Add(new TextContent(text));
        if (Text(message, "refusal") is { Length: > 0 } refusal)
            mapped.Contents.Add(new ErrorContent(refusal) { ErrorCode = "refusal" });
        if (message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
            foreach (var call in calls.EnumerateArray())
                if (call.TryGetProperty("function", out var function))
                    mapped.Contents.Add(Call(Text(call, "id") ?? "", Text(function, "name") ?? "", Text(function, "arguments") ?? ""));
        return mapped;
    }

    private static string? Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content)) return null;
        if (content.ValueKind == JsonValueKind.String) return content.GetString();
        return content.ValueKind == JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Select(part => Text(part, "text")))
            : null;
    }
}
