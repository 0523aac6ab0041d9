using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>A price far from the one in force.</summary>
/// <param name="Field">Of the request, e.g. tiers[0].input_price_micros.</param>
/// <param name="OldMicros">What is in force, after fallbacks.</param>
/// <param name="NewMicros">What was sent.</param>
internal sealed record PriceJump(string Field, long OldMicros, long NewMicros);

/// <summary>
/// Catches a price that fits every bound and is still in the wrong unit, e.g. per thousand tokens instead of per
/// million: more than 20 times above or below what is in force. Pure.
/// </summary>
internal static class PriceJumps
{
    public const int Factor = 20;

    /// <summary>Every length of the prompt at which either rule changes its prices is compared.</summary>
    /// <param name="before">Null or free: nothing to compare with.</param>
    /// <param name="after">Free: meant to be far from anything.</param>
    public static IReadOnlyList<PriceJump> Between(FrozenPrice? before, FrozenPrice after)
    {
        var jumps = new Dictionary<string, PriceJump>();
        if (before is null or { Free: true } || after.Free)
            return [];
        foreach (
            var from in PriceLevel
                .All(before)
                .Concat(PriceLevel.All(after))
                .Select(l => l.FromTokens)
                .Distinct()
                .Order()
        )
            CompareAt(jumps, from, before, after);
        Compare(jumps, "image_price_micros", before.ImagePriceMicros, after.ImagePriceMicros);
        Compare(jumps, "request_price_micros", before.RequestPriceMicros, after.RequestPriceMicros);
        Compare(jumps, "credit_per_yuan", before.CreditPerYuan, after.CreditPerYuan);
        return [.. jumps.Values];
    }

    /// <exception cref="RefusedException">invalid_argument, naming each field with its old and new price.</exception>
    public static void Refuse(FrozenPrice? before, FrozenPrice after)
    {
        var jumps = Between(before, after);
        if (jumps.Count == 0)
            return;
        throw new RefusedException(
            ErrorCodes.InvalidArgument,
            $"The price rule was not saved: prices differ more than {Factor} times from rule {before?.RuleId} version {before?.Version}. "
                + "Check their unit; send confirm: true if they are meant.",
            jumps.ToDictionary(
                j => j.Field,
                j =>
                    new[]
                    {
                        $"was {j.OldMicros}, is {j.NewMicros}: more than {Factor} times {(j.NewMicros > j.OldMicros ? "higher" : "lower")}",
                    }
            )
        );
    }

    private static void CompareAt(Dictionary<string, PriceJump> jumps, long from, FrozenPrice before, FrozenPrice after)
    {
        var (was, now) = (PriceLevel.At(from, before), PriceLevel.At(from, after));
        var tier = after.Tiers.Count(t => t.FromInputTokens <= from) - 1;
        var prefix = tier < 0 ? "" : $"tiers[{tier}].";
        Compare(jumps, prefix + "input_price_micros", was.Input, now.Input);
        Compare(jumps, prefix + "output_price_micros", was.Output, now.Output);
        // A price that follows the input or output price has been compared with it.
        if (now.Cached != now.Input)
            Compare(jumps, prefix + "cached_price_micros", was.Cached, now.Cached);
        if (now.CacheWrite != now.Input)
            Compare(jumps, prefix + "cache_write_price_micros", was.CacheWrite, now.CacheWrite);
        if (now.Reasoning != now.Output)
            Compare(jumps, prefix + "reasoning_price_micros", was.Reasoning, now.Reasoning);
    }

    private static void Compare(Dictionary<string, PriceJump> jumps, string field, long was, long now)
    {
        if (was > 0 && ((Int128)now > (Int128)was * Factor || (Int128)now * Factor < was))
            jumps.TryAdd(field, new PriceJump(field, was, now));
    }
}
