namespace SmartFlow.Platform.Snapshots;

/// <summary>A cached balance. It may be behind the ledger, never ahead, and never authorises.</summary>
/// <param name="PostedMicros">The balance.</param>
/// <param name="HeldMicros">Σ open holds.</param>
/// <param name="Rev">The account's version: a snapshot replaces only an older one.</param>
public readonly record struct BalanceSnapshot(long PostedMicros, long HeldMicros, long Rev);

/// <summary>Snapshots by user, in memory or Redis.</summary>
public interface IBalanceSnapshots
{
    ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken);

    /// <summary>Writes those that are newer than what is there.</summary>
    ValueTask SetIfNewerAsync(IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots, CancellationToken cancellationToken);
}
