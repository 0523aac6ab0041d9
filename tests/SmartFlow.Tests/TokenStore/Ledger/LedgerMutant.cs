using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>A defect built in on purpose: the suite that does not notice it proves nothing.</summary>
/// <param name="Sql">Other statements on PostgreSQL.</param>
internal sealed record LedgerMutant(string Name, PostgresLedgerSql? Sql = null)
{
    public static LedgerMutant None { get; } = new("none");

    public static LedgerMutant NoDedupe { get; } = new("no dedupe");

    public static LedgerMutant NoFingerprint { get; } = new("no fingerprint");

    public static LedgerMutant NoRevCheck { get; } =
        new(
            "no rev check",
            new PostgresLedgerSql
            {
                UpdateAccounts = new PostgresLedgerSql().UpdateAccounts.Replace(
                    "AND a.rev = n.old_rev",
                    "AND n.old_rev >= 0",
                    StringComparison.Ordinal
                ),
            }
        );

    public static LedgerMutant NoSort { get; } =
        new(
            "no sort of locks",
            new PostgresLedgerSql
            {
                LockAccounts = new PostgresLedgerSql().LockAccounts.Replace(
                    "ORDER BY account_id",
                    "ORDER BY random()",
                    StringComparison.Ordinal
                ),
            }
        );

    /// <summary>A worker that says the same of every payload.</summary>
    public LedgerCommand Alter(LedgerCommand command) =>
        Name == NoFingerprint.Name && command is Post post ? post with { Fingerprint = 1 } : command;

    /// <summary>A store that does not look up what was decided before.</summary>
    public void Forget(LedgerState state)
    {
        if (Name != NoDedupe.Name)
            return;
        state.Decisions.Clear();
        state.Refused.Clear();
    }
}
