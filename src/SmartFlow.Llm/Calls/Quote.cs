using System.Text.Json;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>A candidate with the price rule that is frozen for this call.</summary>
internal sealed record Priced(string Provider, string Model, FrozenPrice Price);

/// <summary>What a call may cost at most, before it is made.</summary>
/// <param name="Candidates">In the order of preference; those without a rule are left out.</param>
/// <param name="OutputLimit">Tokens of each answer, always sent to the provider.</param>
/// <param name="HoldMicros">The worst case at the dearest candidate's price.</param>
internal sealed record Quote(IReadOnlyList<(Candidate Candidate, Priced Priced)> Candidates, long OutputLimit, long HoldMicros)
{
    private const int TokensPerMessage = 16;

    /// <summary>
    /// Input: UTF-8 bytes of all text and tool JSON / BytesPerToken + 16 a message + the image limit an image.
    /// Output: the caller's limit or the default, times n.
    /// </summary>
    /// <exception cref="RefusedException">price_missing; invalid_argument where the worst case is beyond all bounds.</exception>
    public static async ValueTask<Quote> OfAsync(
        ChatRequest request, string scene, Candidate[] candidates, ICreditLedger ledger, LlmOptions options, CancellationToken cancellationToken)
    {
        var asked = new ResolvePricesRequest { Scene = scene };
        foreach (var c in candidates) asked.Candidates.Add(new PriceCandidate { ProviderName = c.Provider.Name, ModelName = c.Model });
        var prices = await ledger.ResolvePricesAsync(asked, cancellationToken);
        if (prices.Prices.Count == 0)
            throw new RefusedException(ErrorCodes.PriceMissing, "No price rule covers this model; an operator has to add one.");
        var input = (request.TextBytes + options.BytesPerToken - 1) / options.BytesPerToken
            + (long)request.MessageCount * TokensPerMessage + (long)request.ImageCount * options.ImageTokensMax;
        var limit = request.OutputLimit ?? options.DefaultOutputTokens;
        try
        {
            var priced = prices.Prices.Select(p =>
            {
                var candidate = candidates[p.Candidate];
                return (candidate, new Priced(candidate.Provider.Name, candidate.Model, p.Price));
            }).ToList();
            var hold = prices.Prices.Max(p => Pricing.WorstCaseCreditMicros(input, checked(limit * request.N), p.Price));
            return new Quote(priced, limit, hold);
        }
        catch (OverflowException)
        {
            throw RefusedException.Field("max_tokens", "makes the worst case larger than any balance");
        }
    }

    public string CandidatesJson() => JsonSerializer.Serialize(Candidates.Select(c => Frozen.Of(c.Priced)), EventJson.Options);

    /// <summary>The candidates as journaled, with the prices frozen then.</summary>
    public static IReadOnlyList<Priced> Thaw(string json) =>
        [.. (JsonSerializer.Deserialize<Frozen[]>(json, EventJson.Options) ?? []).Select(f => f.Priced())];

    /// <summary>How a frozen price stands in the journal.</summary>
    private sealed record Frozen(
        string Provider, string Model, ulong RuleId, int Version, long Input, long Output, long Cached, long Reasoning, long CacheWrite,
        long CreditPerYuan, bool Free)
    {
        public static Frozen Of(Priced p) => new(
            p.Provider, p.Model, p.Price.RuleId, p.Price.Version, p.Price.InputPriceMicros, p.Price.OutputPriceMicros,
            p.Price.CachedPriceMicros, p.Price.ReasoningPriceMicros, p.Price.CacheWritePriceMicros, p.Price.CreditPerYuan, p.Price.Free);

        public Priced Priced() => new(Provider, Model, new FrozenPrice
        {
            RuleId = RuleId, Version = Version, InputPriceMicros = Input, OutputPriceMicros = Output, CachedPriceMicros = Cached,
            ReasoningPriceMicros = Reasoning, CacheWritePriceMicros = CacheWrite, CreditPerYuan = CreditPerYuan, Free = Free,
        });
    }
}
