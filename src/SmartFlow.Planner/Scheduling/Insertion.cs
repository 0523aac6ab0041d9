namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// The first plan of several classes: one after the other by its shortest path, first the class with the largest
/// regret, that is with the most to lose if the others were there before it.
/// </summary>
internal static class Insertion
{
    private const double MuchOfBudget = 0.2;

    public static void Run(Search search)
    {
        foreach (var of in Order(search))
            search.Put(search.Jobs(of), 0, search.Board.Slots);
        if (search.Classes > 1 && search.Board.Jobs.Any(j => j.At >= 0 && !j.Locked))
            Stay(search);
    }

    /// <summary>
    /// A plan that is already there: kept where it stands, each class mended in turn, if that is cheaper.
    /// </summary>
    private static void Stay(Search search)
    {
        var (inserted, cost) = (search.Places(), search.Costs.Total());
        for (var of = 0; of < search.Classes; of++)
            search.Take(search.Jobs(of));
        for (var of = 0; of < search.Classes; of++)
        {
            var after = 0;
            foreach (var job in search.Jobs(of))
            {
                if (search.Board.Jobs[job].At < after || !MayStay(search.Board, job))
                    continue;
                search.Board.Place(job, search.Board.Jobs[job].At);
                after = search.Board.Jobs[job].At + search.Board.Jobs[job].Sections;
            }
        }
        search.Mend(times: 2);
        if (search.Costs.Total() > cost)
            search.Return(inserted);
    }

    private static bool MayStay(Board board, int number)
    {
        ref var job = ref board.Jobs[number];
        if (job.At < job.From || job.At + job.Sections > job.To)
            return false;
        for (var s = job.At; s < job.At + job.Sections; s++)
            if (!board.Usable(job.Class, s) || (s > job.At && !board.Joined(s - 1)))
                return false;
        return true;
    }

    private static IEnumerable<int> Order(Search search)
    {
        var classes = Enumerable.Range(0, search.Classes);
        if (search.Classes < 2)
            return classes;
        var alone = new long[search.Classes];
        var plans = new int[search.Classes][];
        foreach (var of in classes)
        {
            alone[of] = search.Put(search.Jobs(of), 0, search.Board.Slots);
            plans[of] = [.. search.Jobs(of).ToArray().Select(search.Board.Start)];
            search.Take(search.Jobs(of));
        }
        // A problem so large that this alone takes much of the budget goes without: the dearest class first.
        var regret = alone;
        if (search.Budget.Share < MuchOfBudget && search.Budget.Over() is null)
            regret = [.. classes.Select(of => Crowded(search, plans, of) - alone[of])];
        return classes.OrderByDescending(c => regret[c]);
    }

    /// <summary>What a class costs when each of the others stands where it would stand alone.</summary>
    private static long Crowded(Search search, int[][] plans, int of)
    {
        for (var c = 0; c < plans.Length; c++)
        for (var i = 0; c != of && i < plans[c].Length; i++)
            if (plans[c][i] >= 0 && Fits(search.Board, search.Jobs(c)[i], plans[c][i]))
                search.Board.Place(search.Jobs(c)[i], plans[c][i]);
        var cost = search.Put(search.Jobs(of), 0, search.Board.Slots);
        for (var c = 0; c < plans.Length; c++)
            search.Take(search.Jobs(c));
        return cost;
    }

    private static bool Fits(Board board, int job, int start)
    {
        for (var s = 0; s < board.Jobs[job].Sections; s++)
            if (board[start + s] != Board.Nobody)
                return false;
        return true;
    }
}
