using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>
/// What no price can be, whatever the rules in force say: catches a price typed per token or in yuan.
/// </summary>
internal static class PriceRuleBounds
{
    public const long LowestPriceMicros = 1_000;
    public const long HighestPriceMicros = 10_000_000_000;
    public const long HighestPriceEachMicros = 100_000_000;
    public const long LongestPromptTokens = 100_000_000;
    private const long HighestCreditPerYuan = 1_000_000;
    private const int HighestPriority = 1_000_000;

    /// <exception cref="RefusedException">invalid_argument, naming every field.</exception>
    public static void Check(SavePriceRuleRequest r)
    {
        var errors = new Dictionary<string, string[]>();
        Tokens(
            errors,
            "",
            r.InputPriceMicros,
            r.OutputPriceMicros,
            r.CachedPriceMicros,
            r.ReasoningPriceMicros,
            r.CacheWritePriceMicros
        );
        Each(errors, "image_price_micros", r.ImagePriceMicros);
        Each(errors, "request_price_micros", r.RequestPriceMicros);
        Tiers(errors, r.Tiers ?? []);
        Unpriced(errors, r);
        if (r.CreditPerYuan is < 1 or > HighestCreditPerYuan)
            errors["credit_per_yuan"] = [$"must be between 1 and {HighestCreditPerYuan}"];
        if (r.Priority is < 0 or > HighestPriority)
            errors["priority"] = [$"must be between 0 and {HighestPriority}"];
        if (r.Status is not (PriceList.Active or PriceList.Inactive))
            errors["status"] = [$"must be {PriceList.Active} or {PriceList.Inactive}"];
        if (r.EffectiveTo <= r.EffectiveFrom)
            errors["effective_to"] = ["must be later than effective_from"];
        Length(errors, "scene", r.Scene, 50);
        Length(errors, "provider_name", r.ProviderName, 100);
        Length(errors, "model_name", r.ModelName, 200);
        Length(errors, "description", r.Description, 500);
        if (errors.Count > 0)
            throw new RefusedException(
                ErrorCodes.InvalidArgument,
                "The price rule was not saved: see the fields.",
                errors
            );
    }

    private static void Tokens(
        Dictionary<string, string[]> errors,
        string prefix,
        long input,
        long output,
        long cached,
        long reasoning,
        long cacheWrite
    )
    {
        Price(errors, prefix + "input_price_micros", input);
        Price(errors, prefix + "output_price_micros", output);
        Price(errors, prefix + "cached_price_micros", cached);
        Price(errors, prefix + "reasoning_price_micros", reasoning);
        Price(errors, prefix + "cache_write_price_micros", cacheWrite);
    }

    private static void Tiers(Dictionary<string, string[]> errors, IReadOnlyList<PriceRuleTier> tiers)
    {
        if (tiers.Count > Pricing.MaxTiers)
        {
            errors["tiers"] = [$"must have at most {Pricing.MaxTiers} items"];
            return;
        }
        for (var i = 0; i < tiers.Count; i++)
        {
            var t = tiers[i];
            if (t is null)
            {
                errors[$"tiers[{i}]"] = ["must be an object"];
                return;
            }
            var lowest = i == 0 ? 1 : tiers[i - 1].FromInputTokens + 1;
            if (t.FromInputTokens < lowest || t.FromInputTokens > LongestPromptTokens)
                errors[$"tiers[{i}].from_input_tokens"] =
                [
                    $"must be between {lowest} and {LongestPromptTokens}: tiers ascend",
                ];
            Tokens(
                errors,
                $"tiers[{i}].",
                t.InputPriceMicros,
                t.OutputPriceMicros,
                t.CachedPriceMicros,
                t.ReasoningPriceMicros,
                t.CacheWritePriceMicros
            );
        }
    }

    /// <summary>A call that would cost nothing at some length of its prompt must be meant to.</summary>
    private static void Unpriced(Dictionary<string, string[]> errors, SavePriceRuleRequest r)
    {
        if (r.Free || r.ImagePriceMicros != 0 || r.RequestPriceMicros != 0)
            return;
        if (
            r is { InputPriceMicros: 0, OutputPriceMicros: 0 }
            || (r.Tiers ?? []).Any(t => t is { InputPriceMicros: 0, OutputPriceMicros: 0 })
        )
            errors["free"] = ["must be true where nothing has a price"];
    }

    private static void Price(Dictionary<string, string[]> errors, string field, long micros)
    {
        if (micros is not 0 and (< LowestPriceMicros or > HighestPriceMicros))
            errors[field] =
            [
                $"must be 0 or between {LowestPriceMicros} and {HighestPriceMicros}: micro-yuan per million tokens",
            ];
    }

    private static void Each(Dictionary<string, string[]> errors, string field, long micros)
    {
        if (micros is < 0 or > HighestPriceEachMicros)
            errors[field] = [$"must be between 0 and {HighestPriceEachMicros}: micro-yuan each"];
    }

    private static void Length(Dictionary<string, string[]> errors, string field, string text, int limit)
    {
        if (text.Length > limit)
            errors[field] = [$"must have at most {limit} characters"];
    }
}
