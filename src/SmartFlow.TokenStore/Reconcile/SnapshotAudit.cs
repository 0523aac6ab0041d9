using System.Data.Common;
using System.Runtime.CompilerServices;
using SmartFlow.Platform;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// A snapshot of the same version as its account says the same, and none is ahead of the ledger. Snapshots in memory
/// exist only inside the host: a command of its own finds none.
/// </summary>
internal sealed class SnapshotAudit(ReadOnlyLedger ledger, IBalanceSnapshots snapshots) : IReconciliation
{
    private const int PageSize = 1_000;

    private const string Page = """
        SELECT account_id, posted_micros, held_micros, rev, COALESCE((SELECT epoch FROM credit_epochs WHERE id = 1), 0)
        FROM credit_accounts WHERE account_id > $1 ORDER BY account_id LIMIT $2
        """;

    public string Name => "snapshots";

    public async IAsyncEnumerable<Finding> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenAsync(cancellationToken);
        for (var after = 0L; ; )
        {
            var page = await ReadAsync(connection, after, PageSize, cancellationToken);
            var cached = await Task.WhenAll(
                page.Select(a => snapshots.GetAsync((ulong)a.Id, cancellationToken).AsTask())
            );
            for (var i = 0; i < page.Count; i++)
                if (
                    await CompareAsync(connection, page[i].Id, page[i].Account, cached[i], cancellationToken) is
                    { } finding
                )
                    yield return finding;
            if (page.Count < PageSize)
                yield break;
            after = page[^1].Id;
        }
    }

    private static async Task<List<(long Id, BalanceSnapshot Account)>> ReadAsync(
        DbConnection connection,
        long after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var command = ReadOnlyLedger.Command(connection, null, Page, after, limit);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<(long, BalanceSnapshot)>();
        while (await row.ReadAsync(cancellationToken))
            page.Add(
                (
                    row.GetInt64(0),
                    new BalanceSnapshot(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))
                )
            );
        return page;
    }

    private static async Task<Finding?> CompareAsync(
        DbConnection connection,
        long id,
        BalanceSnapshot account,
        BalanceSnapshot? cached,
        CancellationToken cancellationToken
    )
    {
        if (cached is not { } snapshot)
            return null;
        // The account may have moved since it was read: then it is read again, now that the snapshot is known.
        if (snapshot.IsNewerThan(account))
            account = (await ReadAsync(connection, id - 1, 1, cancellationToken))[0].Account;
        if (account.IsNewerThan(snapshot) || snapshot == account)
            return null;
        return new Finding(
            "a snapshot says what the ledger says",
            $"account {id}: balance {snapshot.PostedMicros}, held {snapshot.HeldMicros} at version {snapshot.Rev}, "
                + $"should be {account.PostedMicros} and {account.HeldMicros} at version {account.Rev}"
        );
    }
}
