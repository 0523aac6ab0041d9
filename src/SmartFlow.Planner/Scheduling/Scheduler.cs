namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// The door of the solver: a problem in, the best plan found out. Nothing but the problem decides (docs/scheduling.md),
/// and the same seed gives the same answer unless <see cref="PlanAnswer.Stopped"/> says that time or the caller ended
/// the search.
/// </summary>
internal static class Scheduler
{
    /// <summary>A plan, whole or partial. A cancelled search answers with the best plan that it has by then.</summary>
    /// <exception cref="ArgumentException">The problem is outside its limits.</exception>
    public static PlanAnswer Solve(
        PlanProblem problem,
        IProgress<PlanProgress>? progress = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default
    )
    {
        problem.Check();
        using var workspace = Workspace.Rent();

        // :: Step 1: lay out the timetable and everything that stays
        workspace.Board.Lay(problem);
        var budget = new Budget(problem.BudgetMs, workspace.Path, time ?? TimeProvider.System, cancellationToken);
        var search = new Search(workspace.Board, workspace.Path, budget);

        // :: Step 2: each class the cheapest way that is left, the one with most to lose first; then each again around
        // the others. A single class is done with this: nothing is cheaper
        Insertion.Run(search);
        if (search.Classes > 1)
            search.Mend(times: 3);

        // :: Step 3: several: clear a few days, plan them again, keep what is no worse than a while ago
        var climb = new HillClimb(search, new Dice(problem.Seed), progress);
        var stopped = search.Classes > 1 ? climb.Run() : Stopped.Exact;

        // :: Step 4: say what could not be placed, why, and what would help
        return Answer.Of(search, stopped, climb.Rounds);
    }

    /// <summary>
    /// What a plan made by hand costs and leaves out; it is taken as it is, whatever rules it breaks.
    /// </summary>
    /// <exception cref="ArgumentException">The problem is outside its limits, or a place is.</exception>
    public static PlanAnswer Score(PlanProblem problem, IEnumerable<(int Class, int Item, int Start)> placements)
    {
        problem.Check();
        using var workspace = Workspace.Rent();
        var board = workspace.Board;
        board.Lay(problem);
        foreach (var (c, i, start) in placements)
        {
            var job = problem.Classes.Take(c).Sum(k => k.Items.Count) + i;
            if (start < 0 || start + board.Jobs[job].Sections > board.Slots)
                throw new ArgumentException("No such slot.", nameof(placements));
            board.Place(job, start);
        }
        return Answer.Of(new Search(board, workspace.Path, Budget.None), Stopped.Exact, rounds: 0);
    }
}
