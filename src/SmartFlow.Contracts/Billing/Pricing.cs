using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Contracts.Billing;

/// <summary>The one definition of what tokens cost. Integers only; rounded once, up.</summary>
public static class Pricing
{
    public const long MicrosPerCredit = 1_000_000;
    private const long TokensPerPriceUnit = 1_000_000;

    /// <summary>
    /// The cost in micro-yuan: Σ tokens × price over the buckets, divided by 1,000,000, rounded up once.
    /// A cached, cache-write or reasoning price of 0 falls back to the input or output price.
    /// </summary>
    /// <exception cref="OverflowException">The cost does not fit 63 bits.</exception>
    public static long CostMicroYuan(in TokenUsage usage, FrozenPrice price)
    {
        if (price.Free) return 0;
        var sum = (Int128)usage.Input * price.InputPriceMicros
            + (Int128)usage.Output * price.OutputPriceMicros
            + (Int128)usage.Cached * Or(price.CachedPriceMicros, price.InputPriceMicros)
            + (Int128)usage.CacheWrite * Or(price.CacheWritePriceMicros, price.InputPriceMicros)
            + (Int128)usage.Reasoning * Or(price.ReasoningPriceMicros, price.OutputPriceMicros);
        return checked((long)((sum + TokensPerPriceUnit - 1) / TokensPerPriceUnit));
    }

    /// <summary>Micro-credits: the cost in micro-yuan × Credit per yuan.</summary>
    /// <exception cref="OverflowException">The result does not fit 63 bits.</exception>
    public static long CreditMicros(in TokenUsage usage, FrozenPrice price) =>
        checked(CostMicroYuan(usage, price) * price.CreditPerYuan);

    /// <summary>The most that a call can cost whose prompt and answer stay below these token counts.</summary>
    /// <exception cref="OverflowException">The result does not fit 63 bits.</exception>
    public static long WorstCaseCreditMicros(long inputTokens, long outputTokens, FrozenPrice price)
    {
        if (price.Free) return 0;
        var input = Math.Max(price.InputPriceMicros, Math.Max(price.CachedPriceMicros, price.CacheWritePriceMicros));
        var output = Math.Max(price.OutputPriceMicros, price.ReasoningPriceMicros);
        var sum = (Int128)inputTokens * input + (Int128)outputTokens * output;
        return checked((long)((sum + TokensPerPriceUnit - 1) / TokensPerPriceUnit) * price.CreditPerYuan);
    }

    /// <summary>Whole Credits of a balance: the floor, towards −∞.</summary>
    public static long FloorCredits(long micros) =>
        micros / MicrosPerCredit - (micros % MicrosPerCredit < 0 ? 1 : 0);

    /// <summary>Whole Credits of a consumption: the ceiling.</summary>
    public static long CeilCredits(long micros) =>
        micros / MicrosPerCredit + (micros % MicrosPerCredit > 0 ? 1 : 0);

    private static long Or(long price, long fallback) => price == 0 ? fallback : price;
}
