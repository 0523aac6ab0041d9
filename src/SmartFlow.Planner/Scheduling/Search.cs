namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// A board with the two steps of every search: take jobs off it, and put the jobs of a class back the cheapest way.
/// </summary>
internal sealed class Search
{
    private readonly int[] found = new int[PlanProblem.MaxItems];
    private readonly int[][] free;

    public Search(Board board, ShortestPath path, Budget budget)
    {
        (Board, Path, Budget, Costs) = (board, path, budget, new Costs(board));
        free = [.. Enumerable.Range(0, board.Problem.Classes.Count).Select(Free)];
    }

    public Board Board { get; }
    public ShortestPath Path { get; }
    public Budget Budget { get; }
    public Costs Costs { get; }
    public int Classes => free.Length;

    /// <summary>The jobs of a class that are not locked, in their order.</summary>
    public ReadOnlySpan<int> Jobs(int of) => free[of];

    /// <summary>Puts jobs of one class on the board within [from, to); returns what they add to its cost.</summary>
    public long Put(ReadOnlySpan<int> jobs, int from, int to, Noise noise = default)
    {
        var starts = found.AsSpan(0, jobs.Length);
        var cost = Path.Solve(Board, Costs, jobs, from, to, starts, noise);
        for (var i = 0; i < jobs.Length; i++)
        {
            if (starts[i] < 0)
                continue;
            cost -= noise.Of(jobs[i], starts[i]);
            Board.Place(jobs[i], starts[i]);
        }
        return cost;
    }

    /// <summary>Takes jobs off the board; returns what they added to its cost.</summary>
    public long Take(ReadOnlySpan<int> jobs)
    {
        var cost = 0L;
        foreach (var job in jobs)
        {
            if (Board.Start(job) < 0)
            {
                cost += Costs.OfMissing(Board.Jobs[job]);
                continue;
            }
            var day = Board.Start(job) / Board.Sections;
            cost += Costs.OfItem(Board.Jobs[job], Board.Start(job)) + Costs.OfDay(day);
            Board.Remove(job);
            cost -= Costs.OfDay(day);
        }
        return cost;
    }

    /// <summary>
    /// Each class once more as a whole, in turn, until none does better alone; at most so often each.
    /// </summary>
    public void Mend(int times)
    {
        var same = 0;
        for (var turn = 0; turn < times * Classes && same < Classes && Budget.Over() is null or Stopped.Work; turn++)
        {
            var jobs = Jobs(turn % Classes);
            var before = Take(jobs);
            same = Put(jobs, 0, Board.Slots) < before ? 1 : same + 1;
        }
    }

    /// <summary>Where everything stands, to be put back there later.</summary>
    public int[] Places() => Places(new int[Board.Jobs.Length]);

    public int[] Places(int[] places)
    {
        for (var j = 0; j < places.Length; j++)
            places[j] = Board.Start(j);
        return places;
    }

    public void Return(int[] places)
    {
        for (var j = 0; j < places.Length; j++)
            if (Board.Start(j) != places[j])
                Board.Remove(j);
        for (var j = 0; j < places.Length; j++)
            if (Board.Start(j) != places[j])
                Board.Place(j, places[j]);
    }

    private int[] Free(int of) =>
        [.. Enumerable.Range(0, Board.Jobs.Length).Where(j => Board.Jobs[j].Class == of && !Board.Jobs[j].Locked)];
}
