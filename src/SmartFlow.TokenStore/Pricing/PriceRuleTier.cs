using System.Text.Json;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore;

/// <summary>
/// The token prices of a rule from this many prompt tokens on; micro-yuan per million tokens, 0 as in the rule.
/// </summary>
internal sealed record PriceRuleTier(
    long FromInputTokens,
    long InputPriceMicros,
    long OutputPriceMicros,
    long CachedPriceMicros = 0,
    long ReasoningPriceMicros = 0,
    long CacheWritePriceMicros = 0
)
{
    public PriceTier Freeze() =>
        new()
        {
            FromInputTokens = FromInputTokens,
            InputPriceMicros = InputPriceMicros,
            OutputPriceMicros = OutputPriceMicros,
            CachedPriceMicros = CachedPriceMicros,
            ReasoningPriceMicros = ReasoningPriceMicros,
            CacheWritePriceMicros = CacheWritePriceMicros,
        };

    /// <summary>How tiers stand in their column.</summary>
    public static string Write(PriceRuleTier[] tiers) => JsonSerializer.Serialize(tiers, EventJson.Options);

    public static PriceRuleTier[] Read(string json) =>
        JsonSerializer.Deserialize<PriceRuleTier[]>(json, EventJson.Options) ?? [];
}
