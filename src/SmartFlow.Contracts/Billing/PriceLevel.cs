using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Contracts.Billing;

/// <summary>
/// The token prices that hold at one length of the prompt, after fallbacks; micro-yuan per million tokens.
/// </summary>
public readonly record struct PriceLevel(long Input, long Output, long Cached, long CacheWrite, long Reasoning)
{
    public long DearestInput => Math.Max(Input, Math.Max(Cached, CacheWrite));

    public long DearestOutput => Math.Max(Output, Reasoning);

    /// <summary>The prices of the highest tier that the prompt reaches; below the first tier the rule's own.</summary>
    public static PriceLevel At(long promptTokens, FrozenPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        PriceTier? reached = null;
        foreach (var tier in price.Tiers)
            if (tier.FromInputTokens <= promptTokens && tier.FromInputTokens >= (reached?.FromInputTokens ?? 0))
                reached = tier;
        return reached is null ? Own(price) : Of(reached);
    }

    /// <summary>Every level with the prompt from which it holds: the rule's own from 0, then its tiers.</summary>
    public static IEnumerable<(PriceLevel Level, long FromTokens)> All(FrozenPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        yield return (Own(price), 0);
        foreach (var tier in price.Tiers)
            yield return (Of(tier), tier.FromInputTokens);
    }

    /// <summary>
    /// The longest prompt for which the level that begins at <paramref name="fromTokens"/> still holds.
    /// </summary>
    public static long LastTokenOf(long fromTokens, FrozenPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        var last = long.MaxValue;
        foreach (var tier in price.Tiers)
            if (tier.FromInputTokens > fromTokens)
                last = Math.Min(last, tier.FromInputTokens - 1);
        return last;
    }

    private static PriceLevel Own(FrozenPrice p) =>
        WithFallbacks(
            p.InputPriceMicros,
            p.OutputPriceMicros,
            p.CachedPriceMicros,
            p.CacheWritePriceMicros,
            p.ReasoningPriceMicros
        );

    private static PriceLevel Of(PriceTier t) =>
        WithFallbacks(
            t.InputPriceMicros,
            t.OutputPriceMicros,
            t.CachedPriceMicros,
            t.CacheWritePriceMicros,
            t.ReasoningPriceMicros
        );

    private static PriceLevel WithFallbacks(long input, long output, long cached, long cacheWrite, long reasoning) =>
        new(input, output, Or(cached, input), Or(cacheWrite, input), Or(reasoning, output));

    private static long Or(long price, long fallback) => price == 0 ? fallback : price;
}
