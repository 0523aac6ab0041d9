namespace SmartFlow.Contracts.Billing;

/// <summary>What a line of a call's price counts.</summary>
public enum PriceBucket
{
    Input,
    Output,
    Cached,
    CacheWrite,
    Reasoning,
    Images,
    Request,
}

/// <summary>One line of a call's price.</summary>
/// <param name="Bucket">What is counted.</param>
/// <param name="Quantity">Tokens, images, or the one request.</param>
/// <param name="PriceMicros">Micro-yuan per <paramref name="PerQuantity"/>, after fallbacks.</param>
/// <param name="PerQuantity">1,000,000 for tokens, else 1.</param>
public readonly record struct PriceLine(PriceBucket Bucket, long Quantity, long PriceMicros, long PerQuantity)
{
    private const long Millionth = 1_000_000;

    /// <summary>The exact cost in millionths of a micro-yuan: nothing is rounded here.</summary>
    /// <exception cref="OverflowException">Beyond 127 bits.</exception>
    public Int128 MillionthsOfMicroYuan => checked((Int128)Quantity * PriceMicros * (Millionth / PerQuantity));
}
