namespace SmartFlow.Planner.Scheduling;

/// <summary>The slots that a class may use as far as its own rules and the timetable go.</summary>
internal static class Openings
{
    private const int LastPair = 6;

    public static void Fill(
        PlanProblem problem,
        PlanClass of,
        Span<bool> open,
        bool holidays = false,
        bool hours = false
    )
    {
        var sections = problem.Shape.Sections;
        open.Clear();
        var from = Math.Max(Math.Max(0, of.FirstDay) * sections, problem.Now);
        var to = Math.Min(of.LastDay + 1, problem.Days) * sections;
        for (var slot = from; slot < to; slot++)
            open[slot] =
                !Excludes(of, slot, sections)
                && (hours || !Forbids(problem, slot))
                && problem.Slots[slot] switch
                {
                    SlotKind.Free => true,
                    SlotKind.Holiday => holidays,
                    var held => held > 0 && of.AllowFiller,
                };
    }

    /// <summary>The user does not study then.</summary>
    public static bool Forbids(PlanProblem problem, int slot) =>
        problem.Forbidden.Length > 0 && problem.Forbidden[slot];

    public static bool Excludes(PlanClass of, int slot, int sections)
    {
        var pair = slot % sections / 2;
        return (of.ExcludedDays >> slot / sections % 7 & 1) != 0
            || (pair < LastPair && (of.ExcludedPairs >> pair & 1) != 0);
    }
}
