using System.Collections.Concurrent;

namespace SmartFlow.Platform.Snapshots;

/// <summary>Snapshots of this process. Bounded: above the limit it forgets all of them, which only costs look-ups.</summary>
internal sealed class MemoryBalanceSnapshots : IBalanceSnapshots
{
    private const int Limit = 1_000_000;
    private readonly ConcurrentDictionary<ulong, BalanceSnapshot> snapshots = new();

    public ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<BalanceSnapshot?>(snapshots.TryGetValue(userId, out var found) ? found : null);

    public ValueTask SetIfNewerAsync(
        IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        if (this.snapshots.Count > Limit) this.snapshots.Clear();
        foreach (var (userId, snapshot) in snapshots)
            this.snapshots.AddOrUpdate(
                userId, static (_, s) => s, static (_, old, s) => s.Rev > old.Rev ? s : old, snapshot);
        return ValueTask.CompletedTask;
    }
}
