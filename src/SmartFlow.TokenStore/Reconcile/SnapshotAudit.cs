using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// A snapshot of the same version as its account says the same, and none is ahead of the ledger. Snapshots in memory
/// exist only inside the host: a command of its own finds none.
/// </summary>
internal sealed class SnapshotAudit(IDbContextFactory<TokenStoreDb> databases, IBalanceSnapshots snapshots) : IReconciliation
{
    private const int PageSize = 1_000;

    public string Name => "snapshots";

    public async IAsyncEnumerable<Finding> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0L; ;)
        {
            var page = await PageAsync(after, cancellationToken);
            foreach (var id in page)
                if (await CompareAsync(id, cancellationToken) is { } finding)
                    yield return finding;
            if (page.Count < PageSize) yield break;
            after = page[^1];
        }
    }

    private async Task<List<long>> PageAsync(long after, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Accounts.Where(a => a.AccountId > after).OrderBy(a => a.AccountId).Take(PageSize)
            .Select(a => a.AccountId).ToListAsync(cancellationToken);
    }

    /// <summary>The snapshot is read first: by then the account is at least as new, unless the snapshot runs ahead.</summary>
    private async Task<Finding?> CompareAsync(long id, CancellationToken cancellationToken)
    {
        if (await snapshots.GetAsync((ulong)id, cancellationToken) is not { } snapshot) return null;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.Where(a => a.AccountId == id)
            .Select(a => new BalanceSnapshot(a.PostedMicros, a.HeldMicros, a.Rev)).SingleAsync(cancellationToken);
        if (snapshot.Rev < account.Rev || snapshot == account) return null;
        return new Finding(
            "a snapshot says what the ledger says",
            $"account {id}: balance {snapshot.PostedMicros}, held {snapshot.HeldMicros} at version {snapshot.Rev}, "
            + $"should be {account.PostedMicros} and {account.HeldMicros} at version {account.Rev}");
    }
}
