namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// Where the items of a steady class would stand if nothing were in the way: locked items divide the window, and
/// between two of them the others keep one pace, faster only as far as a deadline asks (docs/scheduling.md, spacing).
/// </summary>
internal static class Ideals
{
    private const int Day = 1_000;

    public static void Set(PlanProblem problem, PlanClass of, Span<Job> items)
    {
        var sections = problem.Shape.Sections;
        var first = Math.Max(of.FirstDay, problem.Now / sections) * Day;
        var last = (Math.Min(of.LastDay, problem.Days - 1) + 1) * Day;
        for (var i = 0; i < items.Length; )
        {
            if (items[i].Locked)
            {
                first = Math.Max(first, items[i].At / sections * Day);
                i++;
                continue;
            }
            var end = i;
            while (end < items.Length && !items[end].Locked)
                end++;
            var until = end < items.Length ? Math.Min(last, (items[end].At / sections + 1) * Day) : last;
            Spread(items[i..end], sections, first, until);
            i = end;
        }
    }

    private static void Spread(Span<Job> run, int sections, int from, int until)
    {
        var pace = int.MaxValue;
        for (var k = run.Length - 1; k >= 0; k--)
        {
            var end = run[k].Deadline < int.MaxValue ? Math.Min(until, (long)run[k].Deadline * Day / sections) : until;
            pace = Math.Min(pace, Math.Max(0, (int)(end - from) / (k + 1)));
            run[k].IdealMilli = from + (int)((2L * k + 1) * pace / 2);
        }
    }
}
