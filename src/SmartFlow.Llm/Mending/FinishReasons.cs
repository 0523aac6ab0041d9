using System.Collections.Frozen;
using System.Text.Json;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Why an answer ended, in the five words that clients know. OpenAI's .NET client raises on any other, and loses an
/// answer that arrived whole. What broke off is <c>length</c>, never <c>stop</c>: there is less than was meant.
/// Sources: docs/dialects.md.
/// </summary>
internal static class FinishReasons
{
    public const string Stop = "stop";
    public const string Length = "length";
    public const string ContentFilter = "content_filter";
    public const string ToolCalls = "tool_calls";
    public const string FunctionCall = "function_call";

    /// <summary>What servers write where the answer goes on.</summary>
    private static readonly FrozenSet<string> NoEnds = new[]
    {
        "",
        "null",
        "none",
        "not_finished",
        "in_progress",
        "finish_reason_unspecified",
        "unspecified",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Words = new (string Means, string[] Words)[]
    {
        (
            Length,
            [
                Length,
                "max_tokens",
                "max_output_tokens",
                "max_length",
                "max_new_tokens",
                "model_length",
                "token_limit",
                "truncated",
                "incomplete",
                "model_context_window_exceeded",
                "context_length_exceeded",
                "context_length",
                "repetition_truncation",
                "insufficient_system_resource",
                "network_error",
                "timeout",
                "time_limit",
                "error",
                "error_limit",
                "abort",
                "aborted",
                "cancel",
                "cancelled",
                "canceled",
                "user_cancel",
                "interrupted",
                "overloaded",
                "malformed_function_call",
            ]
        ),
        (
            ContentFilter,
            [
                ContentFilter,
                "content_filtered",
                "contentfilter",
                "filtered",
                "sensitive",
                "safety",
                "image_safety",
                "recitation",
                "blocklist",
                "prohibited_content",
                "spii",
                "refusal",
                "guardrail_intervened",
                "guardrails",
                "moderation",
                "error_toxic",
            ]
        ),
        (ToolCalls, [ToolCalls, "tool_call", "tool_use", "tool", "tools", "tooluse", "toolcalls"]),
        (FunctionCall, [FunctionCall, "function", "function_calls"]),
    }
        .SelectMany(r => r.Words.Select(w => (w, r.Means)))
        .ToFrozenDictionary(r => r.w, r => r.Means, StringComparer.Ordinal);

    /// <summary>The word that clients know; null: the answer goes on.</summary>
    public static string? Of(string said)
    {
        var word = said.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
        return NoEnds.Contains(word) ? null : Words.GetValueOrDefault(word, Stop);
    }

    /// <summary>
    /// The same of a value that may be no text: false, 0 and nothing are no end, anything else is one.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Null or JsonTokenType.False => null,
            JsonTokenType.String => Of(reader.GetString()!),
            JsonTokenType.Number when reader.TryGetDouble(out var number) && number == 0 => null,
            _ => Stop,
        };
    }

    /// <summary>Who calls a function has not just stopped.</summary>
    public static string Beside(string word, bool toolCalls, bool functionCall) =>
        word != Stop ? word
        : toolCalls ? ToolCalls
        : functionCall ? FunctionCall
        : Stop;
}
