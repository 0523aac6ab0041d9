using System.Text.Json;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// How a candidate with its frozen price stands in the journal; what a row does not name is 0 or none.
/// </summary>
internal sealed record FrozenCandidate(
    string Provider,
    string Model,
    ulong RuleId,
    int Version,
    long Input,
    long Output,
    long Cached,
    long Reasoning,
    long CacheWrite,
    long CreditPerYuan,
    bool Free,
    long Image = 0,
    long Request = 0,
    FrozenTier[]? Tiers = null
)
{
    public static string Freeze(IEnumerable<Priced> candidates) =>
        JsonSerializer.Serialize(candidates.Select(Of), EventJson.Options);

    public static IReadOnlyList<Priced> Thaw(string json) =>
        [.. (JsonSerializer.Deserialize<FrozenCandidate[]>(json, EventJson.Options) ?? []).Select(f => f.Priced())];

    /// <summary>
    /// For a call that is taken over: its candidates at the prices frozen then, without those that are no longer
    /// configured; the present ones where none is left. The index of a candidate in the journal is its index in this
    /// list.
    /// </summary>
    public static string Kept(string earlier, string present)
    {
        var configured = Thaw(present).Select(p => (p.Provider, p.Model)).ToHashSet();
        var kept = Thaw(earlier).Where(p => configured.Contains((p.Provider, p.Model))).ToList();
        return kept.Count == 0 ? present : Freeze(kept);
    }

    private static FrozenCandidate Of(Priced p) =>
        new(
            p.Provider,
            p.Model,
            p.Price.RuleId,
            p.Price.Version,
            p.Price.InputPriceMicros,
            p.Price.OutputPriceMicros,
            p.Price.CachedPriceMicros,
            p.Price.ReasoningPriceMicros,
            p.Price.CacheWritePriceMicros,
            p.Price.CreditPerYuan,
            p.Price.Free,
            p.Price.ImagePriceMicros,
            p.Price.RequestPriceMicros,
            p.Price.Tiers.Count == 0 ? null : [.. p.Price.Tiers.Select(FrozenTier.Of)]
        );

    private Priced Priced()
    {
        var price = new FrozenPrice
        {
            RuleId = RuleId,
            Version = Version,
            InputPriceMicros = Input,
            OutputPriceMicros = Output,
            CachedPriceMicros = Cached,
            ReasoningPriceMicros = Reasoning,
            CacheWritePriceMicros = CacheWrite,
            CreditPerYuan = CreditPerYuan,
            Free = Free,
            ImagePriceMicros = Image,
            RequestPriceMicros = Request,
        };
        price.Tiers.Add((Tiers ?? []).Select(t => t.Tier()));
        return new Priced(Provider, Model, price);
    }
}

/// <summary>A tier of a frozen price in the journal.</summary>
internal sealed record FrozenTier(long From, long Input, long Output, long Cached, long Reasoning, long CacheWrite)
{
    public static FrozenTier Of(PriceTier t) =>
        new(
            t.FromInputTokens,
            t.InputPriceMicros,
            t.OutputPriceMicros,
            t.CachedPriceMicros,
            t.ReasoningPriceMicros,
            t.CacheWritePriceMicros
        );

    public PriceTier Tier() =>
        new()
        {
            FromInputTokens = From,
            InputPriceMicros = Input,
            OutputPriceMicros = Output,
            CachedPriceMicros = Cached,
            ReasoningPriceMicros = Reasoning,
            CacheWritePriceMicros = CacheWrite,
        };
}
