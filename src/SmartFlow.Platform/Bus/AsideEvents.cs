namespace SmartFlow.Platform.Bus;

/// <summary>
/// The events that have stepped aside, in the order of the places where they came from (rows, offsets), and their tries
/// beside the others. They are held in memory alone: their places are not given up, so that after a restart they come
/// again. Of one thread at a time.
/// </summary>
internal sealed class AsideEvents<TPlace>(Delivery delivery, TimeProvider time)
    where TPlace : notnull
{
    /// <summary>With so many it is not single events that fail: nothing new is to be taken.</summary>
    private const int Limit = 1_024;

    private readonly List<Aside> all = [];

    public int Count => all.Count;

    public bool IsFull => all.Count >= Limit;

    /// <summary>Whose later events have to wait.</summary>
    public HashSet<string> Keys() => all.Select(a => a.Stuck.Happened.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>When the oldest was written; null: there is none.</summary>
    public DateTimeOffset? OldestAt => all.Count == 0 ? null : all.Min(a => a.Stuck.Happened.CreatedAt);

    /// <param name="stuck">In the order of their places, behind those that are here.</param>
    public void Add(IEnumerable<(TPlace Place, StuckEvent Stuck)> stuck) =>
        all.AddRange(stuck.Select(s => new Aside(s.Place, s.Stuck)));

    /// <summary>Starts the tries that are due, of each consumer and key the first; nobody waits for them.</summary>
    public void TryDue(CancellationToken cancellationToken)
    {
        if (all.Count == 0)
            return;
        var (waits, now) = (new HashSet<(IConsumer, string)>(), time.GetUtcNow());
        foreach (var one in all)
            if (
                waits.Add((one.Stuck.Consumer, one.Stuck.Happened.Key))
                && one.Trying is not { IsCompleted: false }
                && one.Stuck.DueAt <= now
            )
                one.Trying = delivery.TryAgainAsync(one.Stuck, cancellationToken);
    }

    /// <summary>Takes out those that are done.</summary>
    /// <returns>The places that no consumer needs any more.</returns>
    public IReadOnlyList<(TPlace Place, BusEvent Happened)> TakeDone()
    {
        if (all.Count == 0)
            return [];
        var given = new List<(TPlace, BusEvent)>();
        foreach (var done in all.Where(a => a is { Trying.IsCompleted: true, Stuck.IsDone: true }).ToArray())
        {
            all.Remove(done);
            if (all.TrueForAll(a => !a.Place.Equals(done.Place)))
                given.Add((done.Place, done.Stuck.Happened));
        }
        return given;
    }

    /// <summary>Forgets those of some places, which are somebody else's by now.</summary>
    public void Drop(Predicate<TPlace> place) => all.RemoveAll(a => place(a.Place));

    /// <summary>Waits for the tries under way.</summary>
    public async Task EndAsync() =>
        await Task.WhenAll(all.Select(a => a.Trying ?? Task.CompletedTask))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Aside(TPlace place, StuckEvent stuck)
    {
        public TPlace Place => place;

        public StuckEvent Stuck => stuck;

        /// <summary>The last try; one that was cancelled or could not bury it is made again.</summary>
        public Task? Trying { get; set; }
    }
}
