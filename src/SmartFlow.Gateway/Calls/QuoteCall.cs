using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <summary>
/// The worst case of a call: what it would hold. <c>output_limit</c> and <c>largest_output_tokens</c> are of each of
/// the <c>answers</c>; the latter is the largest limit that the available Credit covers.
/// </summary>
internal sealed record CallQuote(
    string Model,
    string Scene,
    long InputTokensEstimate,
    long OutputLimit,
    int Answers,
    int Images,
    long WorstCaseCreditMicros,
    long WorstCaseCredit,
    IReadOnlyList<QuotedModel> Candidates,
    long AvailableMicros,
    long HeldMicros,
    bool Admitted,
    long MissingMicros,
    long LargestOutputTokens
);

/// <summary>A model that may answer, with the price rule that the call would keep.</summary>
internal sealed record QuotedModel(
    string ProviderName,
    string ModelName,
    ulong PriceRuleId,
    int PriceRuleVersion,
    long InputPriceMicros,
    long OutputPriceMicros,
    long CachedPriceMicros,
    long ReasoningPriceMicros,
    long CacheWritePriceMicros,
    long ImagePriceMicros,
    long RequestPriceMicros,
    IReadOnlyList<QuotedTier> Tiers,
    long CreditPerYuan,
    bool Free,
    long WorstCaseCreditMicros
);

/// <summary>Token prices from this many prompt tokens on.</summary>
internal sealed record QuotedTier(
    long FromInputTokens,
    long InputPriceMicros,
    long OutputPriceMicros,
    long CachedPriceMicros,
    long ReasoningPriceMicros,
    long CacheWritePriceMicros
);

/// <summary>
/// POST /api/v1/calls/quote: a chat-completions request that is priced and not made. Refusals as of the call itself:
/// malformed_body, invalid_argument, unknown_model, price_missing, payload_too_large.
/// </summary>
internal static class QuoteCall
{
    public static void MapQuoteCall(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/v1/calls/quote", HandleAsync)
            .Accepts<JsonObject>(isOptional: true, "application/json")
            .OpenToKeys(ApiKeyScope.Calls)
            .WithMetadata(new ReadsBodyItself())
            .WithTags("calls")
            .WithName("QuoteCall");

    private static async Task<CallQuote> HandleAsync(
        HttpContext context,
        ILlm llm,
        IOptions<GatewayOptions> options,
        string? scene,
        CancellationToken cancellationToken
    )
    {
        var body = await RequestBody.ReadAsync(context, options.Value);
        var quote = await llm.QuoteCallAsync(
            new QuoteCallRequest
            {
                UserId = context.User.UserId(),
                Scene = scene ?? Scenes.GatewayOpenAi,
                Body = UnsafeByteOperations.UnsafeWrap(body.Bytes),
            },
            cancellationToken
        );
        body.GiveBack();
        return new CallQuote(
            quote.Model,
            quote.Scene,
            quote.InputTokensEstimate,
            quote.OutputLimit,
            quote.Answers,
            quote.Images,
            quote.WorstCaseCreditMicros,
            Pricing.CeilCredits(quote.WorstCaseCreditMicros),
            [.. quote.Candidates.Select(View)],
            quote.AvailableMicros,
            quote.HeldMicros,
            quote.Admitted,
            quote.MissingMicros,
            quote.LargestOutputTokens
        );
    }

    private static QuotedModel View(QuotedCandidate c) =>
        new(
            c.ProviderName,
            c.ModelName,
            c.Price.RuleId,
            c.Price.Version,
            c.Price.InputPriceMicros,
            c.Price.OutputPriceMicros,
            c.Price.CachedPriceMicros,
            c.Price.ReasoningPriceMicros,
            c.Price.CacheWritePriceMicros,
            c.Price.ImagePriceMicros,
            c.Price.RequestPriceMicros,
            [.. c.Price.Tiers.Select(View)],
            c.Price.CreditPerYuan,
            c.Price.Free,
            c.WorstCaseCreditMicros
        );

    private static QuotedTier View(PriceTier t) =>
        new(
            t.FromInputTokens,
            t.InputPriceMicros,
            t.OutputPriceMicros,
            t.CachedPriceMicros,
            t.ReasoningPriceMicros,
            t.CacheWritePriceMicros
        );
}
