namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// What would help a class that is not placed whole: each rule that could be given up is given up alone, everything
/// else of the plan stays, and what can be placed then is counted. Only what gains anything is told.
/// </summary>
internal sealed class Relaxing(Search search)
{
    private const int Told = 8;

    private readonly Board board = search.Board;
    private readonly PlanProblem problem = search.Board.Problem;
    private readonly bool[] open = new bool[search.Board.Slots],
        strict = new bool[search.Board.Slots];
    private readonly List<Relaxation> found = [];

    public IReadOnlyList<Relaxation> Run()
    {
        for (var c = 0; c < search.Classes; c++)
        {
            int[] jobs = [.. search.Jobs(c)];
            if (!jobs.Any(j => board.Start(j) < 0))
                continue;
            int[] starts = [.. jobs.Select(board.Start)];
            foreach (var job in jobs)
                board.Remove(job);
            Try(c, jobs.Where((_, i) => starts[i] >= 0).Sum(j => board.Jobs[j].Sections));
            for (var i = 0; i < jobs.Length; i++)
                if (starts[i] >= 0)
                    board.Place(jobs[i], starts[i]);
        }
        return [.. found.OrderByDescending(r => r.SectionsGained).Take(Told)];
    }

    private void Try(int c, int placed)
    {
        var of = problem.Classes[c];
        Openings.Fill(problem, of, strict);
        foreach (var day in Bits(of.ExcludedDays, 7))
            TryDay(c, of with { ExcludedDays = of.ExcludedDays & ~(1 << day - 1) }, day, placed);
        foreach (var pair in Bits(of.ExcludedPairs, 6))
            Tell(
                new(
                    RelaxationKind.AllowPair,
                    c,
                    Gain(c, of with { ExcludedPairs = of.ExcludedPairs & ~(1 << pair - 1) }) - placed,
                    Pair: pair
                )
            );
        if (!of.AllowFiller)
            Tell(new(RelaxationKind.AllowFiller, c, Gain(c, of with { AllowFiller = true }) - placed));
        if (of.LastDay + 1 < problem.Days)
            Tell(new(RelaxationKind.ExtendWeek, c, Gain(c, of with { LastDay = of.LastDay + 7 }) - placed));
        if (of.Items.Any(i => i.Deadline is not null && !i.Locked))
            Tell(
                new(
                    RelaxationKind.DropDeadlines,
                    c,
                    Gain(c, of with { Items = [.. of.Items.Select(i => i with { Deadline = null })] }) - placed
                )
            );
        if (problem.Forbidden.Contains(true))
            Tell(new(RelaxationKind.IgnoreHours, c, Gain(c, of, hours: true) - placed));
        if (problem.Slots.Contains(SlotKind.Holiday))
            Tell(new(RelaxationKind.StudyOnHolidays, c, Gain(c, of, holidays: true) - placed));
    }

    /// <summary>One part of the day where that gains as much as all of it.</summary>
    private void TryDay(int c, PlanClass relaxed, int day, int placed)
    {
        var whole = Gain(c, relaxed) - placed;
        if (whole <= 0)
            return;
        for (var part = 0; part <= problem.Shape.Part(problem.Shape.Sections - 1); part++)
        {
            if (Gain(c, relaxed, only: (day, part)) - placed < whole)
                continue;
            Tell(new(RelaxationKind.AllowDay, c, whole, day, part));
            return;
        }
        Tell(new(RelaxationKind.AllowDay, c, whole, day));
    }

    private int Gain(
        int c,
        PlanClass relaxed,
        bool holidays = false,
        bool hours = false,
        (int Day, int Part)? only = null
    )
    {
        Openings.Fill(problem, relaxed, open, holidays, hours);
        if (only is var (day, part))
            for (var s = 0; s < open.Length; s++)
                open[s] =
                    strict[s]
                    || (open[s] && s / board.Sections % 7 == day - 1 && problem.Shape.Part(s % board.Sections) == part);
        return search.Path.Capacity.Of(board, Job.Of(problem, c, relaxed), open, 0, board.Slots);
    }

    private void Tell(Relaxation relaxation)
    {
        if (relaxation.SectionsGained > 0)
            found.Add(relaxation);
    }

    private static IEnumerable<int> Bits(int mask, int count) =>
        Enumerable.Range(1, count).Where(n => (mask >> n - 1 & 1) != 0);
}
