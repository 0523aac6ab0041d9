using System.Globalization;

namespace SmartFlow.TokenStore.Operations;

/// <summary>
/// The event ids of a charge's re-ratings: <c>rerate:TRANSACTION:1</c>, then 2, 3 …. The next number is also the
/// compare-and-set: who read fewer corrections than there are meets a key that is taken, and looks again.
/// </summary>
internal static class ReRatingKey
{
    /// <summary>How often one charge can be re-rated.</summary>
    public const int Most = 16;

    public static string Of(long transaction, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"rerate:{transaction}:{number}");

    public static string[] All(long transaction) => [.. Enumerable.Range(1, Most).Select(n => Of(transaction, n))];
}
