using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>What a provider told of a call's tokens, as far as it did.</summary>
/// <param name="Buckets">Disjoint and never negative; 0 where nothing was told.</param>
/// <param name="Input">The prompt was told, so that input, cached and cache-write say all of it.</param>
/// <param name="Output">The completion was told, so that output and reasoning say all of it.</param>
/// <param name="Total">A sum of which neither part was told, at most of what it holds; 0: none.</param>
internal readonly record struct ToldUsage(TokenUsage Buckets, bool Input, bool Output, long Total = 0)
{
    /// <summary>Nothing is missing, though it may be zero.</summary>
    public bool Whole => Input && Output;

    /// <summary>Something was counted.</summary>
    public bool Any => Buckets.Total + Total > 0;

    public long PromptTokens => Buckets.Input + Buckets.Cached + Buckets.CacheWrite;

    public long CompletionTokens => Buckets.Output + Buckets.Reasoning;
}
