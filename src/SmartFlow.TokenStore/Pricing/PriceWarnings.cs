using SmartFlow.Contracts.Billing;

namespace SmartFlow.TokenStore;

/// <summary>Something about a rule that is allowed and looks odd.</summary>
internal sealed record PriceWarning(string Field, string Reason);

/// <summary>Orders of prices that hardly any provider has, and patterns that no call can match. Pure.</summary>
internal static class PriceWarnings
{
    public static IReadOnlyList<PriceWarning> Of(PriceRule rule)
    {
        var warnings = new List<PriceWarning>();
        if (!PriceList.IsAny(rule.Scene) && !Scenes.All.Contains(rule.Scene))
            warnings.Add(new("scene", "is not a scene of this program"));
        var price = rule.Freeze();
        if (rule.Free)
        {
            if (HasPrices(rule))
                warnings.Add(new("free", "is true: the prices beside it are not charged"));
            return warnings;
        }
        var index = -1;
        foreach (var (level, _) in PriceLevel.All(price))
        {
            var prefix = index < 0 ? "" : $"tiers[{index}].";
            index++;
            if (level.Output < level.Input)
                warnings.Add(new(prefix + "output_price_micros", "is lower than the input price"));
            if (level.Cached > level.Input)
                warnings.Add(new(prefix + "cached_price_micros", "is higher than the input price"));
            if (level.Reasoning < level.Output)
                warnings.Add(new(prefix + "reasoning_price_micros", "is lower than the output price"));
            if (level.CacheWrite > level.Input * 10)
                warnings.Add(new(prefix + "cache_write_price_micros", "is more than 10 times the input price"));
        }
        return warnings;
    }

    private static bool HasPrices(PriceRule r) =>
        r.Tiers.Length > 0 || r.InputPriceMicros + r.OutputPriceMicros + r.ImagePriceMicros + r.RequestPriceMicros > 0;
}
