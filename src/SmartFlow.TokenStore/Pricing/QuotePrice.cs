using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>The price of a usage under the rule in force: exact lines, rounded up once in the total.</summary>
/// <param name="FromInputTokens">The tier that the prompt reaches; 0: the rule's own prices.</param>
internal sealed record PriceQuote(
    string Scene,
    string ProviderName,
    string ModelName,
    ulong PriceRuleId,
    int PriceRuleVersion,
    bool Free,
    long FromInputTokens,
    IReadOnlyList<PriceQuoteLine> Lines,
    long CostMicroYuan,
    long CreditPerYuan,
    long CreditMicros,
    long Credit
);

/// <param name="PriceMicros">Micro-yuan per <paramref name="PerQuantity"/>, after fallbacks.</param>
/// <param name="CostMicroYuan">Exact, as a decimal fraction, e.g. "3241.6".</param>
internal sealed record PriceQuoteLine(
    PriceBucket Bucket,
    long Quantity,
    long PriceMicros,
    long PerQuantity,
    string CostMicroYuan
);

/// <summary>
/// GET /credit-store/price-quote: what a call of this usage costs now; what is left out is 0, the scene that of /v1.
/// Refusals: invalid_argument; price_missing where no rule covers the model.
/// </summary>
internal static class QuotePrice
{
    private const long MaxTokens = 1_000_000_000_000;
    private const long MaxImages = 1_000_000;

    public static void Map(IEndpointRouteBuilder store) => store.MapGet("/price-quote", Handle);

    private static PriceQuote Handle(
        PriceTable prices,
        TimeProvider time,
        [FromQuery(Name = "model_name")] string? modelName,
        [FromQuery(Name = "provider_name")] string? providerName,
        [FromQuery(Name = "scene")] string? sceneName,
        [FromQuery(Name = "input_tokens")] long? inputTokens,
        [FromQuery(Name = "output_tokens")] long? outputTokens,
        [FromQuery(Name = "cached_tokens")] long? cachedTokens,
        [FromQuery(Name = "cache_write_tokens")] long? cacheWriteTokens,
        [FromQuery(Name = "reasoning_tokens")] long? reasoningTokens,
        [FromQuery(Name = "images")] long? imageCount
    )
    {
        var scene = string.IsNullOrEmpty(sceneName) ? Scenes.GatewayOpenAi : sceneName;
        if (!Scenes.All.Contains(scene))
            throw RefusedException.Field("scene", "is not a known scene");
        var provider = Name("provider_name", providerName);
        var model = Name("model_name", modelName);
        var usage = new TokenUsage(
            Count("input_tokens", inputTokens, MaxTokens),
            Count("output_tokens", outputTokens, MaxTokens),
            Count("cached_tokens", cachedTokens, MaxTokens),
            Count("cache_write_tokens", cacheWriteTokens, MaxTokens),
            Count("reasoning_tokens", reasoningTokens, MaxTokens)
        );
        var images = Count("images", imageCount, MaxImages);
        var price = prices.Resolve(scene, provider, model, time.GetUtcNow())
            ?? throw new RefusedException(
                ErrorCodes.PriceMissing,
                "No price rule covers this model; an operator has to add one."
            );
        try
        {
            return Priced(scene, provider, model, usage, images, price);
        }
        catch (OverflowException)
        {
            throw RefusedException.Field(
                "input_tokens",
                "and the other counts make a price, under the rule in force, larger than any balance"
            );
        }
    }

    private static PriceQuote Priced(
        string scene,
        string provider,
        string model,
        TokenUsage usage,
        long images,
        FrozenPrice price
    )
    {
        var prompt = Pricing.PromptTokens(usage);
        var credit = Pricing.CreditMicros(usage, images, price);
        return new PriceQuote(
            scene,
            provider,
            model,
            price.RuleId,
            price.Version,
            price.Free,
            PriceLevel.All(price).Select(l => l.FromTokens).Where(f => f <= prompt).Max(),
            [
                .. Pricing
                    .Lines(usage, images, price)
                    .Select(l => new PriceQuoteLine(
                        l.Bucket,
                        l.Quantity,
                        l.PriceMicros,
                        l.PerQuantity,
                        Exact(l.MillionthsOfMicroYuan)
                    )),
            ],
            Pricing.CostMicroYuan(usage, images, price),
            price.CreditPerYuan,
            credit,
            Pricing.CeilCredits(credit)
        );
    }

    private static string Exact(Int128 millionths)
    {
        var (whole, rest) = Int128.DivRem(millionths, 1_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{whole}.{(long)rest:D6}").TrimEnd('0').TrimEnd('.');
    }

    private static string Name(string field, string? name) =>
        string.IsNullOrEmpty(name)
            ? throw RefusedException.Field(field, "is required; GET /v1/models lists models with their owners")
            : name;

    private static long Count(string field, long? count, long most) =>
        count is null or >= 0 && (count ?? 0) <= most
            ? count ?? 0
            : throw RefusedException.Field(field, $"must be between 0 and {most}");
}
