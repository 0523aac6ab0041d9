using System.Text.Json;
using Microsoft.Extensions.AI;

namespace SmartFlow.Contracts.Llm;

/// <summary>An OpenAI chat completion as types of Microsoft.Extensions.AI.</summary>
internal static class ChatAnswers
{
    /// <summary>The last second of the year 9999.</summary>
    private const long LastSecond = 253_402_300_799;

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
        var choice = AnswerReading.FirstChoice(root);
        response.FinishReason = Finish(choice);
        if (AnswerReading.Member(choice, "message") is { ValueKind: JsonValueKind.Object } message)
            response.Messages.Add(Message(message));
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

    public static ChatFinishReason? Finish(JsonElement choice) =>
        Text(choice, "finish_reason") switch
        {
            null => null,
            "stop" => ChatFinishReason.Stop,
            "length" => ChatFinishReason.Length,
            "content_filter" => ChatFinishReason.ContentFilter,
            "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
            var other => new ChatFinishReason(other),
        };

    public static string? Text(JsonElement parent, string name) =>
        AnswerReading.Text(parent, name) is { Length: > 0 } text ? text : null;

    public static DateTimeOffset? Created(JsonElement root) =>
        AnswerReading.Whole(root, "created") is { } seconds and >= 0 and <= LastSecond
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A call whose arguments are not a JSON object carries the exception instead of arguments.</summary>
    public static FunctionCallContent Call(string id, string name, string arguments) =>
        FunctionCallContent.CreateFromParsedArguments(arguments, id, name, static json =>
            json.Length == 0 ? null : JsonSerializer.Deserialize<Dictionary<string, object?>>(json, ChatRequests.Json)
        );

    private static ChatMessage Message(JsonElement message)
    {
        var mapped = new ChatMessage(ChatRole.Assistant, []);
        if (AnswerReading.Thought(message) is { Length: > 0 } thought)
            mapped.Contents.Add(new TextReasoningContent(thought));
        if (AnswerReading.Content(message) is { Length: > 0 } text)
            mapped.Contents.Add(new TextContent(text));
        if (Text(message, "refusal") is { } refusal)
            mapped.Contents.Add(new ErrorContent(refusal) { ErrorCode = "refusal" });
        foreach (var call in AnswerReading.Calls(message))
            mapped.Contents.Add(
                Call(
                    AnswerReading.Text(call, "id"),
                    AnswerReading.Text(AnswerReading.Member(call, "function"), "name"),
                    AnswerReading.Arguments(call)
                )
            );
        return mapped;
    }
}
