using System.Globalization;

namespace SmartFlow.Contracts.Billing;

/// <summary>
/// Amounts of Credit in words, with two decimals wherever they stand (docs/pricing.md); web/src/format/credit.ts writes
/// the same. Nobody is told to have more than there is, nor to have paid less than they did.
/// </summary>
public static class CreditText
{
    private const long MicrosPerHundredth = Pricing.MicrosPerCredit / 100;

    /// <summary>What somebody has or gets: rounded down, towards −∞.</summary>
    public static string Have(long micros) =>
        Written(micros, micros / MicrosPerHundredth - (micros % MicrosPerHundredth < 0 ? 1 : 0));

    /// <summary>
    /// What something costs, holds or lacks: rounded up, so that a cost is never 0 and has the digits of its charge.
    /// </summary>
    public static string Cost(long micros) =>
        Written(micros, micros / MicrosPerHundredth + (micros % MicrosPerHundredth > 0 ? 1 : 0));

    /// <summary>What somebody set, quoted to its last digit; with two decimals or fewer it reads as above.</summary>
    public static string Exact(long micros) =>
        Pricing.Credits(micros).ToString("#,0.00####", CultureInfo.InvariantCulture);

    private static string Written(long micros, long hundredths) =>
        micros switch
        {
            0 => "0.00",
            > 0 and < MicrosPerHundredth => "<0.01",
            < 0 and > -MicrosPerHundredth => "-<0.01",
            _ => (hundredths / 100m).ToString("#,0.00", CultureInfo.InvariantCulture),
        };
}
