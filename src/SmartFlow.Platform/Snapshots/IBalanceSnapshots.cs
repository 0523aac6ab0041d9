namespace SmartFlow.Platform.Snapshots;

/// <summary>A cached balance. It may be behind the ledger, never ahead, and never authorises.</summary>
/// <param name="PostedMicros">The balance.</param>
/// <param name="HeldMicros">Σ open holds.</param>
/// <param name="Rev">The account's version: a snapshot replaces only an older one.</param>
/// <param name="Epoch"> Raised when a back-up is restored, because the versions begin again from an earlier one: any
/// snapshot of a later epoch is newer than every snapshot of an earlier one.
/// </param>
public readonly record struct BalanceSnapshot(long PostedMicros, long HeldMicros, long Rev, long Epoch = 0)
{
    /// <summary>Whether this was written after the other: by epoch, then by version.</summary>
    public bool IsNewerThan(BalanceSnapshot other) => Epoch != other.Epoch ? Epoch > other.Epoch : Rev > other.Rev;
}

/// <summary>
/// Snapshots by user, in memory or Redis. What is there only ever moves forward, in whatever order pushes arrive, and
/// may be forgotten at any time; who finds nothing asks the ledger.
/// </summary>
public interface IBalanceSnapshots
{
    ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken);

    /// <summary>Writes those that are newer than what is there.</summary>
    ValueTask SetIfNewerAsync(
        IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots,
        CancellationToken cancellationToken
    );
}

public static class BalanceSnapshotReading
{
    /// <summary>
    /// For a reader that has written: null where the snapshot is older than what the reader must see.
    /// </summary>
    /// <param name="snapshots">Where to look.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="atLeastRev">The version that the reader's own write brought about.</param>
    /// <param name="epoch">The epoch of the ledger that it wrote to.</param>
    /// <param name="cancellationToken">Ends a wait for the cache.</param>
    public static async ValueTask<BalanceSnapshot?> GetAsync(
        this IBalanceSnapshots snapshots,
        ulong userId,
        long atLeastRev,
        long epoch,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        var found = await snapshots.GetAsync(userId, cancellationToken);
        return found is { } snapshot && !new BalanceSnapshot(0, 0, atLeastRev, epoch).IsNewerThan(snapshot)
            ? snapshot
            : null;
    }
}
