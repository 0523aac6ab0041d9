using System.Data.Common;
using System.Runtime.CompilerServices;
using SmartFlow.Platform;
using SmartFlow.Platform.Reconcile;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// What must always be true of the ledger, checked in one read-only snapshot of its database: every movement and its
/// account change together, so that here nothing is ever pending.
/// </summary>
internal sealed class LedgerAudit(ReadOnlyLedger ledger) : IReconciliation
{
    internal static readonly (string Check, string Sql)[] Checks =
    [
        ("the entries of an account follow each other", LedgerAuditSql.Chain),
        ("an account is the sum of its entries", LedgerAuditSql.Accounts),
        ("every entry has an account", LedgerAuditSql.LedgerWithoutAccount),
        ("all accounts sum to zero", LedgerAuditSql.AllAccounts),
        ("every batch sums to zero", LedgerAuditSql.Batches),
        ("held is the sum of the open holds", LedgerAuditSql.Holds),
        ("the dashboard is the sum of the charges", LedgerAuditSql.Rollups),
        ("an order is credited by one entry", LedgerAuditSql.Orders),
        ("a refund is at most its charge", LedgerAuditSql.Refunds),
    ];

    public string Name => "ledger";

    public async IAsyncEnumerable<Finding> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenAsync(cancellationToken);
        await using var snapshot = await ReadOnlyLedger.SnapshotAsync(connection, cancellationToken);
        foreach (var (check, sql) in Checks)
        {
            await using var command = ReadOnlyLedger.Command(connection, snapshot, sql, Reconciler.FindingLimit);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                yield return new Finding(check, Describe(row), AccountId: row.GetInt64(0), Seq: row.GetInt64(1));
        }
    }

    private static string Describe(DbDataReader row)
    {
        var (account, seq) = (row.GetInt64(0), row.GetInt64(1));
        var where =
            account == 0 ? ""
            : seq == 0 ? $"account {account}, "
            : $"account {account}, sequence {seq}, ";
        return $"{where}{row.GetString(2)}: {row.GetInt64(3)}, should be {row.GetInt64(4)}";
    }
}
