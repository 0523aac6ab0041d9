namespace SmartFlow.Platform.Commands;

/// <summary>
/// A nursery that grows with the load: the runtime may fill <c>System.GC.Gen0MaxBudget</c> before it collects, which is
/// what many calls at once want. While the process allocates little it is collected every <see cref="Small"/> bytes, so
/// that the rest is never touched; once a busy time is over the rest is given back. Decision 0317.
/// </summary>
internal sealed class QuietNursery : IDisposable
{
    private const long Small = 4 << 20;

    /// <summary>Bytes in a <see cref="Period"/> from which on a process is busy: 32 MiB a second.</summary>
    private const long Busy = 32 * (1 << 20) / 5;

    /// <summary>Periods without such load after which it is over.</summary>
    private const int Over = 5;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private readonly Timer timer;
    private long seen;
    private long atCollection;
    private int collections;
    private int quiet = Over;

    private QuietNursery() => timer = new Timer(static self => ((QuietNursery)self!).Look(), this, Period, Period);

    public static QuietNursery Start() => new();

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var (allocated, done) = (GC.GetTotalAllocatedBytes(precise: false), GC.CollectionCount(0));
        var before = seen;
        seen = allocated;
        if (done != collections)
            (collections, atCollection) = (done, before);
        quiet = allocated - before >= Busy ? 0 : quiet + 1;
        if (quiet == Over)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        else if (quiet > 0 && allocated - atCollection >= Small)
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        else
            return;
        (collections, atCollection) = (GC.CollectionCount(0), allocated);
    }
}
