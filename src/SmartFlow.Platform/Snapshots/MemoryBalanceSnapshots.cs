using System.Collections.Concurrent;

namespace SmartFlow.Platform.Snapshots;

/// <summary>
/// Snapshots of this process, in two generations of half the limit each: what was written goes to the young one; when
/// that is full it becomes the old one and the old one is forgotten. So an account is forgotten only after half the
/// limit of others was written since, and a push that arrives late finds what it must not replace.
/// </summary>
/// <param name="limit">Snapshots in memory.</param>
internal sealed class MemoryBalanceSnapshots(int limit = 1_000_000) : IBalanceSnapshots
{
    private readonly Lock writing = new();
    private volatile Generations generations = new([], []);

    public int Count => generations.Young.Count + generations.Old.Count;

    public ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(generations.Find(userId));

    public ValueTask SetIfNewerAsync(
        IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        lock (writing)
            foreach (var (userId, snapshot) in snapshots)
            {
                if (generations.Find(userId) is { } old && !snapshot.IsNewerThan(old))
                    continue;
                if (generations.Young.Count >= Math.Max(1, limit / 2))
                    generations = new([], generations.Young);
                generations.Young[userId] = snapshot;
            }
        return ValueTask.CompletedTask;
    }

    private sealed record Generations(
        ConcurrentDictionary<ulong, BalanceSnapshot> Young,
        ConcurrentDictionary<ulong, BalanceSnapshot> Old
    )
    {
        public BalanceSnapshot? Find(ulong userId) =>
            Young.TryGetValue(userId, out var found) || Old.TryGetValue(userId, out found) ? found : null;
    }
}
