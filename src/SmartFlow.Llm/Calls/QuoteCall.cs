using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// A call's worst case before it is made: admission's own price beside what the caller has. The balance may be behind
/// by the bookings of this moment, so the answer promises the hold, not the admission.
/// </summary>
internal sealed class QuoteCall(Admission admission, ICreditLedger ledger, IOptions<LlmOptions> options)
{
    /// <exception cref="RefusedException">As a real call: malformed_body, invalid_argument, unknown_model,
    /// price_missing, unavailable.</exception>
    public async Task<QuoteCallResponse> HandleAsync(QuoteCallRequest asked, CancellationToken cancellationToken)
    {
        if (asked.UserId is 0 or > long.MaxValue)
            throw RefusedException.Field("user_id", "must name the user who pays");
        var request = ChatRequest.Parse(asked.Body.Memory);
        var (_, quote) = await admission.PriceAsync(asked.Scene, asked.ModelAlias, request, cancellationToken);
        var balance = await ledger.GetBalanceAsync(
            new GetBalanceRequest { UserId = asked.UserId, OwnRow = true },
            cancellationToken
        );
        return Answer(asked, request, quote, balance);
    }

    private QuoteCallResponse Answer(
        QuoteCallRequest asked,
        CallRequest request,
        Quote quote,
        GetBalanceResponse balance
    )
    {
        var available = balance.BalanceMicros - balance.HeldMicros;
        var open = balance.Found && CreditBalanceGuard.Passes(balance, quote.HoldMicros);
        var answer = new QuoteCallResponse
        {
            Model =
                asked.ModelAlias.Length > 0 ? asked.ModelAlias
                : request.Model.Length > 0 ? request.Model
                : quote.Candidates[0].Priced.Model,
            Scene = asked.Scene,
            InputTokensEstimate = quote.InputTokens,
            LikelyInputTokens =
                Ending.EstimateInput(request.TextBytes, request.MessageCount, request.ImageCount, options.Value)
                + request.TokenCount,
            OutputLimit = quote.OutputLimit,
            Answers = quote.Answers,
            Images = quote.Images,
            WorstCaseCreditMicros = quote.HoldMicros,
            AvailableMicros = available,
            HeldMicros = balance.HeldMicros,
            Admitted = open && quote.HoldMicros <= available,
            MissingMicros = Math.Max(0, quote.HoldMicros - available),
            LargestOutputTokens = open ? quote.LargestOutput(available) : 0,
        };
        foreach (var (_, priced) in quote.Candidates)
            answer.Candidates.Add(
                new QuotedCandidate
                {
                    ProviderName = priced.Provider,
                    ModelName = priced.Model,
                    Price = priced.Price,
                    WorstCaseCreditMicros = quote.WorstCaseMicros(priced, quote.OutputLimit),
                }
            );
        return answer;
    }
}
