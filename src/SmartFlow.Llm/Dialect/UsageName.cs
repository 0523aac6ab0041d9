using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>What a member of a usage object counts, under whichever name.</summary>
internal enum UsageName
{
    /// <summary>Nothing that is paid for by the token: times, costs, searches, characters.</summary>
    Other,
    Prompt,

    /// <summary>The prompt as Anthropic names it, whose cache counts stand beside it.</summary>
    Input,
    Completion,
    Total,
    Cached,

    /// <summary>Read from the cache, as Anthropic names it.</summary>
    CacheRead,
    CacheMiss,
    CacheWrite,

    /// <summary>Written to the cache, as Anthropic names it; also an object of its parts.</summary>
    CacheCreation,
    CacheWriteShort,
    CacheWriteLong,
    Reasoning,
    PromptDetails,
    CompletionDetails,

    /// <summary>A word for whose way of counting this is.</summary>
    Semantic,
}

/// <summary>
/// The names in use, from the vendors' documentation (docs/pricing.md) and what proxies make of them.
/// </summary>
internal static class UsageNames
{
    private const int LongestName = 64;

    /// <summary>By length, so that most names are told apart without being compared.</summary>
    private static readonly (byte[] Name, UsageName Means)[][] ByLength = Arrange(
        (UsageName.Prompt, ["prompt_tokens"]),
        (UsageName.Input, ["input_tokens"]),
        (UsageName.Completion, ["completion_tokens", "output_tokens"]),
        (UsageName.Total, ["total_tokens"]),
        (
            UsageName.Cached,
            [
                "cached_tokens",
                "prompt_cache_hit_tokens",
                "num_cached_tokens",
                "cache_read_tokens",
                "cached_input_tokens",
                "cache_read",
            ]
        ),
        (UsageName.CacheRead, ["cache_read_input_tokens"]),
        (UsageName.CacheMiss, ["prompt_cache_miss_tokens"]),
        (
            UsageName.CacheWrite,
            [
                "cache_write_tokens",
                "cache_creation_tokens",
                "cached_creation_tokens",
                "cached_write_tokens",
                "cache_write_input_tokens",
            ]
        ),
        (UsageName.CacheCreation, ["cache_creation_input_tokens", "cache_creation", "cache_creation_token_details"]),
        (
            UsageName.CacheWriteShort,
            ["ephemeral_5m_input_tokens", "cache_creation_5m_input_tokens", "claude_cache_creation_5_m_tokens"]
        ),
        (
            UsageName.CacheWriteLong,
            ["ephemeral_1h_input_tokens", "cache_creation_1h_input_tokens", "claude_cache_creation_1_h_tokens"]
        ),
        (UsageName.Reasoning, ["reasoning_tokens", "thinking_tokens", "reasoning_output_tokens"]),
        (
            UsageName.PromptDetails,
            ["prompt_tokens_details", "input_tokens_details", "prompt_token_details", "input_token_details"]
        ),
        (
            UsageName.CompletionDetails,
            ["completion_tokens_details", "output_tokens_details", "completion_token_details", "output_token_details"]
        ),
        (UsageName.Semantic, ["usage_semantic"])
    );

    /// <summary>Of the property on whose name the reader stands.</summary>
    public static UsageName Of(ref Utf8JsonReader reader)
    {
        var written = reader.ValueSpan;
        if (written.Length > LongestName)
            return UsageName.Other;
        if (reader.ValueIsEscaped)
            return OfEscaped(ref reader);
        foreach (var (name, means) in ByLength[written.Length])
            if (written.SequenceEqual(name))
                return means;
        return UsageName.Other;
    }

    private static UsageName OfEscaped(ref Utf8JsonReader reader)
    {
        foreach (var names in ByLength)
        foreach (var (name, means) in names)
            if (reader.ValueTextEquals(name))
                return means;
        return UsageName.Other;
    }

    private static (byte[] Name, UsageName Means)[][] Arrange(params (UsageName Means, string[] Names)[] groups)
    {
        var all = groups
            .SelectMany(g => g.Names.Select(n => (Name: System.Text.Encoding.ASCII.GetBytes(n), g.Means)))
            .ToLookup(n => n.Name.Length);
        return [.. Enumerable.Range(0, LongestName + 1).Select(length => all[length].ToArray())];
    }
}
