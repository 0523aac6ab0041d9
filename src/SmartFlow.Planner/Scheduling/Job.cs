namespace SmartFlow.Planner.Scheduling;

/// <summary>A block to place or to leave, with all that does not depend on where the others stand.</summary>
internal struct Job
{
    /// <summary>Position of its class; fixed blocks of other classes count on behind, -1 has none.</summary>
    public int Class;
    public int Item;
    public int Sections;

    /// <summary>The first slot that it may begin in and the first that it may no longer use.</summary>
    public int From,
        To;

    /// <summary>Where its middle would ideally be, in thousandths of a day.</summary>
    public int IdealMilli;

    public int Deadline;

    /// <summary>Where it stands now, -1 where that costs nothing to leave.</summary>
    public int At;

    public bool Locked,
        Heavy;

    /// <summary>The items of all classes, class by class, then the fixed blocks.</summary>
    public static Job[] Of(PlanProblem problem)
    {
        var jobs = new Job[problem.Classes.Sum(c => c.Items.Count) + problem.Fixed.Count];
        var next = 0;
        for (var c = 0; c < problem.Classes.Count; c++)
        {
            Of(problem, c, problem.Classes[c]).CopyTo(jobs, next);
            next += problem.Classes[c].Items.Count;
        }
        foreach (var block in problem.Fixed)
            jobs[next++] = new Job
            {
                Class = ClassOf(problem, block.ClassId),
                Item = -1,
                Sections = block.Sections,
                At = block.Start,
                Locked = true,
                Heavy = block.Heavy,
                Deadline = int.MaxValue,
            };
        return jobs;
    }

    /// <summary>The items of one class, by rules that may be other than those it has in the problem.</summary>
    public static Job[] Of(PlanProblem problem, int c, PlanClass of)
    {
        Job[] items = [.. of.Items.Select((item, i) => Of(problem, c, of, item, i))];
        Bound(problem, of, items);
        Ideals.Set(problem, of, items);
        return items;
    }

    private static Job Of(PlanProblem problem, int c, PlanClass of, PlanItem item, int i)
    {
        // A place in the past has to be left, so leaving it is no choice that could be spared.
        var at = item.At is { } a && (item.Locked || a >= problem.Now) ? a : -1;
        return new Job
        {
            Class = c,
            Item = i,
            Sections = item.Sections,
            Locked = item.Locked,
            At = at,
            Deadline = item.Deadline ?? int.MaxValue,
            Heavy = of.Difficulty == Level.High,
        };
    }

    /// <summary>Dates, now, the deadline, and the locked items before and after it.</summary>
    private static void Bound(PlanProblem problem, PlanClass of, Span<Job> items)
    {
        var sections = problem.Shape.Sections;
        var (from, to) = (
            Math.Max(of.FirstDay * sections, problem.Now),
            Math.Min((of.LastDay + 1) * sections, problem.Slots.Length)
        );
        foreach (ref var item in items)
        {
            item.From = from;
            if (item.Locked)
                from = Math.Max(from, item.At + item.Sections);
        }
        for (var i = items.Length - 1; i >= 0; i--)
        {
            items[i].To = Math.Min(to, items[i].Deadline);
            if (items[i].Locked)
                to = Math.Min(to, items[i].At);
        }
    }

    private static int ClassOf(PlanProblem problem, long id)
    {
        if (id == 0)
            return -1;
        for (var c = 0; c < problem.Classes.Count; c++)
            if (problem.Classes[c].Id == id)
                return c;
        // Another class: any number of its own, the same for the same class.
        for (var f = 0; ; f++)
            if (problem.Fixed[f].ClassId == id)
                return problem.Classes.Count + f;
    }
}
