namespace SmartFlow.Planner.Scheduling;

/// <summary>The door: a problem in, the best plan found out (docs/scheduling.md).</summary>
internal static class Scheduler
{
    /// <exception cref="ArgumentException">The problem is outside its limits.</exception>
    public static PlanAnswer Solve(
        PlanProblem problem, IProgress<PlanProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        problem.Check();

        // :: Step 1: lay out the timetable and everything that stays
        var board = new Board();
        board.Lay(problem);
        var costs = new Costs(board);

        // :: Step 2: each class the cheapest way that is left
        var path = new ShortestPath();
        for (var c = 0; c < problem.Classes.Count; c++) Insert(board, costs, path, c);

        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new PlanProgress(0, 1, 0, costs.Total()));
        return Answer(board, costs);
    }

    private static void Insert(Board board, Costs costs, ShortestPath path, int of)
    {
        int[] jobs = [.. Enumerable.Range(0, board.Jobs.Length).Where(j => board.Jobs[j].Class == of && !board.Jobs[j].Locked)];
        var starts = new int[jobs.Length];
        path.Solve(board, costs, jobs, 0, board.Slots, starts);
        for (var i = 0; i < jobs.Length; i++)
            if (starts[i] >= 0) board.Place(jobs[i], starts[i]);
    }

    private static PlanAnswer Answer(Board board, Costs costs)
    {
        var problem = board.Problem;
        var (placed, unplaced) = (new List<PlacedItem>(), new List<UnplacedItem>());
        for (var j = 0; j < board.Jobs.Length; j++)
        {
            var (job, start) = (board.Jobs[j], board.Start(j));
            if (job.Locked) continue;
            var id = problem.Classes[job.Class].Items[job.Item].Id;
            if (start < 0) unplaced.Add(new UnplacedItem(job.Class, job.Item, id, job.Sections, Rule.Full));
            else
                placed.Add(new PlacedItem(
                    job.Class, job.Item, id, start, job.Sections, Math.Max(0, problem.Slots[start]), job.At >= 0 && job.At != start ? job.At : null));
        }
        var missing = unplaced.Sum(u => u.Sections);
        return new PlanAnswer
        {
            Placements = placed, Unplaced = unplaced, Relaxations = [], Quality = [], MissingSections = missing,
            CostMicros = costs.Total() - missing * Costs.Missing, Stopped = Stopped.Settled,
        };
    }
}
