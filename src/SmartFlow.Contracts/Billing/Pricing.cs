using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Contracts.Billing;

/// <summary>
/// The one definition of what a call costs (docs/pricing.md). Integers only; rounded once over everything, up. A tier's
/// prices hold for the whole call whose prompt (input + cached + cache-write) reaches it; a cached, cache-write or
/// reasoning price of 0 falls back to the input or output price of the same level.
/// </summary>
public static class Pricing
{
    public const long MicrosPerCredit = 1_000_000;
    public const int MaxTiers = 8;
    private const long TokensPerPriceUnit = 1_000_000;

    /// <summary>Credit as people write it in micro-credits, and back.</summary>
    public static long Micros(decimal credits) => (long)(credits * MicrosPerCredit);

    public static decimal Credits(long micros) => micros / (decimal)MicrosPerCredit;

    /// <summary>
    /// The call line by line: five buckets of tokens, the images and the request itself, at the prices that hold.
    /// </summary>
    /// <param name="usage">What the provider counted; never negative.</param>
    /// <param name="images">Images in the request.</param>
    /// <param name="price">The frozen rule; where it is free every price is 0.</param>
    public static IReadOnlyList<PriceLine> Lines(in TokenUsage usage, long images, FrozenPrice price)
    {
        var level = price.Free ? default : PriceLevel.At(PromptTokens(usage), price);
        var (image, request) = price.Free ? (0, 0) : (price.ImagePriceMicros, price.RequestPriceMicros);
        return
        [
            new(PriceBucket.Input, usage.Input, level.Input, TokensPerPriceUnit),
            new(PriceBucket.Output, usage.Output, level.Output, TokensPerPriceUnit),
            new(PriceBucket.Cached, usage.Cached, level.Cached, TokensPerPriceUnit),
            new(PriceBucket.CacheWrite, usage.CacheWrite, level.CacheWrite, TokensPerPriceUnit),
            new(PriceBucket.Reasoning, usage.Reasoning, level.Reasoning, TokensPerPriceUnit),
            new(PriceBucket.Images, images, image, 1),
            new(PriceBucket.Request, 1, request, 1),
        ];
    }

    /// <summary>The cost in micro-yuan: the sum of the lines, rounded up once.</summary>
    /// <exception cref="OverflowException">The cost does not fit 63 bits.</exception>
    public static long CostMicroYuan(in TokenUsage usage, long images, FrozenPrice price)
    {
        Int128 millionths = 0;
        foreach (var line in Lines(usage, images, price))
            millionths = checked(millionths + line.MillionthsOfMicroYuan);
        return RoundUp(millionths);
    }

    /// <summary>Micro-credits: the cost in micro-yuan × Credit per yuan.</summary>
    /// <exception cref="OverflowException">The result does not fit 63 bits.</exception>
    public static long CreditMicros(in TokenUsage usage, long images, FrozenPrice price) =>
        checked(CostMicroYuan(usage, images, price) * price.CreditPerYuan);

    /// <summary>
    /// The most that a call can cost whose prompt and answer stay below these token counts: the dearest level that such
    /// a prompt can reach, filled to its end. Tiers need not grow dearer.
    /// </summary>
    /// <exception cref="OverflowException">The result does not fit 63 bits.</exception>
    public static long WorstCaseCreditMicros(long inputTokens, long outputTokens, long images, FrozenPrice price)
    {
        if (price.Free)
            return 0;
        Int128 worst = 0;
        foreach (var (level, from) in PriceLevel.All(price))
        {
            if (from > inputTokens)
                continue;
            var most = Math.Min(inputTokens, PriceLevel.LastTokenOf(from, price));
            worst = Int128.Max(
                worst,
                checked((Int128)most * level.DearestInput + (Int128)outputTokens * level.DearestOutput)
            );
        }
        worst = checked(
            worst + ((Int128)images * price.ImagePriceMicros + price.RequestPriceMicros) * TokensPerPriceUnit
        );
        return checked(RoundUp(worst) * price.CreditPerYuan);
    }

    /// <summary>What chooses the tier: every token of the prompt, however it was billed.</summary>
    /// <exception cref="OverflowException">The sum does not fit 63 bits.</exception>
    public static long PromptTokens(in TokenUsage usage) => checked(usage.Input + usage.Cached + usage.CacheWrite);

    /// <summary>Whole Credits of a balance: the floor, towards −∞.</summary>
    public static long FloorCredits(long micros) => micros / MicrosPerCredit - (micros % MicrosPerCredit < 0 ? 1 : 0);

    /// <summary>Whole Credits of a consumption: the ceiling.</summary>
    public static long CeilCredits(long micros) => micros / MicrosPerCredit + (micros % MicrosPerCredit > 0 ? 1 : 0);

    private static long RoundUp(Int128 millionths) =>
        checked((long)(millionths / TokensPerPriceUnit + (millionths % TokensPerPriceUnit > 0 ? 1 : 0)));
}
