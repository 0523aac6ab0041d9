namespace SmartFlow.Contracts.Billing;

/// <summary>Tokens of a call in disjoint buckets: none is counted twice, none is negative.</summary>
/// <param name="Input">Prompt tokens that were neither read from nor written to a cache.</param>
/// <param name="Output">Completion tokens without the reasoning.</param>
/// <param name="Cached">Prompt tokens read from the provider's cache.</param>
/// <param name="CacheWrite">Prompt tokens written to the provider's cache.</param>
/// <param name="Reasoning">Completion tokens spent on reasoning.</param>
/// <param name="Estimated">The provider reported nothing; the numbers are ours.</param>
public readonly record struct TokenUsage(
    long Input,
    long Output,
    long Cached = 0,
    long CacheWrite = 0,
    long Reasoning = 0,
    bool Estimated = false
)
{
    public long Total => Input + Output + Cached + CacheWrite + Reasoning;
}
