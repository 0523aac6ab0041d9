using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>A candidate with the price rule that is frozen for this call.</summary>
internal sealed record Priced(string Provider, string Model, FrozenPrice Price);

/// <summary>What a call may cost at most, before it is made.</summary>
/// <param name="Candidates">In the order of preference; those without a rule are left out.</param>
/// <param name="InputTokens">The estimate of the prompt, which it stays within.</param>
/// <param name="OutputLimit">Tokens of each answer, always sent to the provider.</param>
/// <param name="Answers">How many answers are asked for.</param>
/// <param name="Images">Images in the request.</param>
/// <param name="HoldMicros">The worst case at the dearest candidate's price.</param>
internal sealed record Quote(
    IReadOnlyList<(Candidate Candidate, Priced Priced)> Candidates,
    long InputTokens,
    long OutputLimit,
    int Answers,
    int Images,
    long HoldMicros
)
{
    private const int TokensPerMessage = 16;

    /// <summary>
    /// UTF-8 bytes of all text and tool JSON / BytesPerToken + given tokens + 16 a message + the image limit an image.
    /// </summary>
    public static long InputTokensOf(CallRequest request, LlmOptions options) =>
        (request.TextBytes + options.BytesPerToken - 1) / options.BytesPerToken
        + request.TokenCount
        + (long)request.MessageCount * TokensPerMessage
        + (long)request.ImageCount * options.ImageTokensMax;

    /// <summary>Input: <see cref="InputTokensOf"/>. Output: the caller's limit or the default, times n.</summary>
    /// <exception cref="RefusedException">price_missing; invalid_argument where the worst case is beyond all
    /// bounds.</exception>
    public static async ValueTask<Quote> OfAsync(
        CallRequest request,
        string scene,
        Candidate[] candidates,
        ICreditLedger ledger,
        LlmOptions options,
        CancellationToken cancellationToken
    )
    {
        var asked = new ResolvePricesRequest { Scene = scene };
        foreach (var c in candidates)
            asked.Candidates.Add(new PriceCandidate { ProviderName = c.Provider.Name, ModelName = c.Model });
        var prices = await ledger.ResolvePricesAsync(asked, cancellationToken);
        if (prices.Prices.Count == 0)
            throw new RefusedException(
                ErrorCodes.PriceMissing,
                "No price rule covers this model; an operator has to add one."
            );
        var priced = prices
            .Prices.Select(p =>
            {
                var candidate = candidates[p.Candidate];
                return (candidate, new Priced(candidate.Provider.Name, candidate.Model, p.Price));
            })
            .ToList();
        var quote = new Quote(
            priced,
            InputTokensOf(request, options),
            request.OutputLimit ?? options.DefaultOutputTokens,
            request.N,
            request.ImageCount,
            0
        );
        try
        {
            return quote with { HoldMicros = priced.Max(p => quote.WorstCaseMicros(p.Item2, quote.OutputLimit)) };
        }
        catch (OverflowException)
        {
            throw RefusedException.Field(
                request.OutputLimit is null ? "messages" : "max_tokens",
                "makes the worst case, at the price in force, larger than any balance"
            );
        }
    }

    /// <summary>The same call with a shorter answer.</summary>
    public Quote WithOutput(long outputLimit) =>
        this with
        {
            OutputLimit = outputLimit,
            HoldMicros = Candidates.Max(c => WorstCaseMicros(c.Priced, outputLimit)),
        };

    /// <summary>
    /// The most that the call can cost at this candidate's price if each answer has at most so many tokens.
    /// </summary>
    /// <exception cref="OverflowException">It does not fit 63 bits.</exception>
    public long WorstCaseMicros(Priced priced, long outputLimit) =>
        Pricing.WorstCaseCreditMicros(InputTokens, checked(outputLimit * Answers), Images, priced.Price);

    /// <summary>
    /// The largest output limit whose worst case this much covers; 0: not even one token of each answer.
    /// </summary>
    public long LargestOutput(long availableMicros)
    {
        var (covered, tooLarge) = (0L, ChatRequest.MaxOutputLimit + 1);
        while (tooLarge - covered > 1)
        {
            var middle = covered + (tooLarge - covered) / 2;
            if (Covers(availableMicros, middle))
                covered = middle;
            else
                tooLarge = middle;
        }
        return covered;
    }

    private bool Covers(long availableMicros, long outputLimit)
    {
        try
        {
            return Candidates.All(c => WorstCaseMicros(c.Priced, outputLimit) <= availableMicros);
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    public string CandidatesJson() => FrozenCandidate.Freeze(Candidates.Select(c => c.Priced));

    /// <summary>The candidates as journaled, with the prices frozen then.</summary>
    public static IReadOnlyList<Priced> Thaw(string json) => FrozenCandidate.Thaw(json);
}
