namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// The cheapest places for items of one class in their order, everything else staying where it is: exact, and as few
/// sections left out as can be. A shortest path over (days gone by, items done with); <see cref="DayWalk"/> is the edge
/// of one day.
/// </summary>
internal sealed class ShortestPath
{
    private const long Never = DayWalk.Never;

    private readonly DayWalk walk = new();
    private readonly Job[] asked = new Job[PlanProblem.MaxItems];
    private long[] cheapest = [];

    public Capacity Capacity { get; } = new();

    /// <summary>Cells of all walks so far: the measure of work that does not depend on the machine.</summary>
    public long Work => walk.Work;

    /// <summary>The cost that the jobs add to the board; starts holds their slots, -1 for those left out.</summary>
    /// <param name="jobs">Of one class, in order, none of them on the board.</param>
    /// <param name="from">The first slot that they may use, and the first that they may no longer use.</param>
    /// <param name="noise">How much a place's cost may be disturbed, to find another plan than the cheapest; 0 for the
    /// cheapest.</param>
    public long Solve(
        Board board,
        Costs costs,
        ReadOnlySpan<int> jobs,
        int from,
        int to,
        Span<int> starts,
        Noise noise = default
    )
    {
        starts.Fill(Board.Nobody);
        var first = from / board.Sections;
        var days = to > from ? (to - 1) / board.Sections - first + 1 : 0;
        walk.Begin(board, costs, jobs, from, to, noise, Left(board, jobs, from, to));
        if (cheapest.Length < (days + 1) * (jobs.Length + 1))
            cheapest = new long[(days + 1) * (jobs.Length + 1)];
        var found = Forward(jobs, first, days);
        Back(jobs.Length, first, days, starts);
        return found;
    }

    /// <summary>
    /// The sections that have to be left out. More need not be tried: they are dearer than anything else.
    /// </summary>
    private int Left(Board board, ReadOnlySpan<int> jobs, int from, int to)
    {
        if (jobs.Length == 0)
            return 0;
        var sections = 0;
        for (var i = 0; i < jobs.Length; i++)
        {
            asked[i] = board.Jobs[jobs[i]];
            sections += asked[i].Sections;
        }
        return sections - Capacity.Of(board, asked.AsSpan(0, jobs.Length), board.Open(asked[0].Class), from, to);
    }

    private long Forward(ReadOnlySpan<int> jobs, int first, int days)
    {
        var before = Of(0, jobs.Length);
        before[0] = 0;
        for (var i = 0; i < jobs.Length; i++)
            before[i + 1] = walk.Skip(i, before[i]);
        for (var day = 0; day < days; day++)
        {
            var today = Of(day, jobs.Length);
            var tomorrow = Of(day + 1, jobs.Length);
            if (walk.Enter(first + day))
                walk.Forward(today, tomorrow);
            else
                today.CopyTo(tomorrow);
        }
        return Of(days, jobs.Length)[jobs.Length];
    }

    /// <summary>
    /// Days that changed nothing are passed over; the others are walked again, for their steps this time.
    /// </summary>
    private void Back(int items, int first, int days, Span<int> starts)
    {
        var done = items;
        for (var day = days - 1; day >= 0; day--)
            if (Of(day + 1, items)[done] != Of(day, items)[done] && walk.Enter(first + day))
                done = walk.Back(Of(day, items), done, starts);
    }

    private Span<long> Of(int day, int items) => cheapest.AsSpan(day * (items + 1), items + 1);
}
