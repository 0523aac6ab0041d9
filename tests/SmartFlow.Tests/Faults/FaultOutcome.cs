using System.Globalization;

namespace SmartFlow.Tests.Faults;

/// <summary>What one fault did, against the provider's own record.</summary>
/// <param name="Fault">Its name.</param>
/// <param name="Fired">What shows that it happened; empty: it did not.</param>
/// <param name="Calls">Calls that users made.</param>
/// <param name="Failures">Answers that were none, repeated by the users.</param>
/// <param name="Due">Keys whose answer the provider wrote to its end.</param>
/// <param name="Found">Of those, the keys that the ledger has.</param>
/// <param name="Doubled">Keys with more than one charge.</param>
/// <param name="Undue">Charges of calls that the provider never got.</param>
/// <param name="WronglyPriced">Charges of calls answered once and whole that are not the usual price.</param>
/// <param name="BelowZero">Accounts below zero.</param>
/// <param name="OvershootMicros">How far in all.</param>
/// <param name="Wrong">Identities of the ledger that do not hold.</param>
/// <param name="Deadlocks">Transactions of the database that waited for each other.</param>
/// <param name="Recovery">From the fault's end until every charge was in the ledger, no Credit held and every outbox
/// empty.</param>
internal sealed record FaultOutcome(
    string Fault,
    string Fired,
    int Calls,
    int Failures,
    int Due,
    int Found,
    int Doubled,
    int Undue,
    int WronglyPriced,
    int BelowZero,
    long OvershootMicros,
    IReadOnlyList<string> Wrong,
    long Deadlocks,
    TimeSpan Recovery
)
{
    /// <summary>Of the table that <see cref="ToString"/> writes rows of.</summary>
    public const string Head = """
        | fault | what shows that it fired | calls | failed answers | due | found | lost | doubled | undue | wrong price | below zero | overshoot µ | books wrong | deadlocks | recovery s |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """;

    public int Lost => Due - Found;

    public bool Good => Fired.Length > 0 && Exact;

    /// <summary>All but whether the fault fired.</summary>
    public bool Exact =>
        Lost == 0
        && Doubled == 0
        && Undue == 0
        && WronglyPriced == 0
        && BelowZero == 0
        && Wrong.Count == 0
        && Deadlocks == 0;

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {Fault} | {Fired} | {Calls:N0} | {Failures:N0} | {Due:N0} | {Found:N0} | {Lost} | {Doubled} | {Undue} | {WronglyPriced} | {BelowZero} | {OvershootMicros} | {string.Join("; ", Wrong.DefaultIfEmpty("0"))} | {Deadlocks} | {Recovery.TotalSeconds:0.0} |"
        );
}
