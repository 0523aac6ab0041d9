namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// How long a search may go on. Work is counted in cells of the shortest paths and bounds first: the same on every
/// machine, so the same seed gives the same answer. Time is the emergency bound of a machine too slow or too busy for
/// that.
/// </summary>
internal sealed class Budget(int budgetMs, ShortestPath path, TimeProvider time, CancellationToken cancellationToken)
{
    /// <summary>
    /// About a third of what one core of the machine of docs/scheduling.md does, so that time is seldom asked.
    /// </summary>
    private const long CellsAMillisecond = 100_000;

    /// <summary>For what does not search.</summary>
    public static Budget None { get; } = new(0, new ShortestPath(), TimeProvider.System, default);

    private readonly long began = time.GetTimestamp();
    private readonly long before = path.Work;

    public double Share => Math.Min(1, (path.Work - before) / (double)(budgetMs * CellsAMillisecond));

    /// <summary>Null: go on.</summary>
    public Stopped? Over() =>
        cancellationToken.IsCancellationRequested ? Stopped.Cancelled
        : path.Work - before >= budgetMs * CellsAMillisecond ? Stopped.Work
        : time.GetElapsedTime(began).TotalMilliseconds >= budgetMs ? Stopped.Time
        : null;
}
