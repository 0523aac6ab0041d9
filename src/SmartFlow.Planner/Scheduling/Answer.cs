namespace SmartFlow.Planner.Scheduling;

/// <summary>Reads the answer off a board.</summary>
internal static class Answer
{
    public static PlanAnswer Of(Search search, Stopped stopped, int rounds)
    {
        var board = search.Board;
        var problem = board.Problem;
        var (placed, unplaced) = (new List<PlacedItem>(), new List<UnplacedItem>());
        for (var j = 0; j < board.Jobs.Length; j++)
        {
            var (job, start) = (board.Jobs[j], board.Start(j));
            if (job.Locked)
                continue;
            var id = problem.Classes[job.Class].Items[job.Item].Id;
            if (start < 0)
                unplaced.Add(new UnplacedItem(job.Class, job.Item, id, job.Sections, Reasons.Of(board, j)));
            else
                placed.Add(
                    new PlacedItem(
                        job.Class,
                        job.Item,
                        id,
                        start,
                        job.Sections,
                        Math.Max(0, problem.Slots[start]),
                        job.At >= 0 && job.At != start ? job.At : null
                    )
                );
        }
        var missing = unplaced.Sum(u => u.Sections);
        return new PlanAnswer
        {
            Placements = placed,
            Unplaced = unplaced,
            Quality = QualityPanel.Of(search),
            Relaxations = missing > 0 ? new Relaxing(search).Run() : [],
            MissingSections = missing,
            CostMicros = search.Costs.Total() - missing * Costs.Missing,
            Stopped = stopped,
            Rounds = rounds,
        };
    }
}
