namespace SmartFlow.Planner.Scheduling;

/// <summary>The slots that a class may use as far as its own rules and the timetable go.</summary>
internal static class Openings
{
    private const int LastPair = 6;

    public static void Fill(PlanProblem problem, PlanClass of, Span<bool> open)
    {
        var sections = problem.Shape.Sections;
        open.Clear();
        var last = Math.Min(of.LastDay, problem.Days - 1);
        for (var day = Math.Max(0, of.FirstDay); day <= last; day++)
        {
            if (Excluded(of.ExcludedDays, day % 7)) continue;
            for (var s = 0; s < sections; s++)
            {
                var slot = day * sections + s;
                open[slot] = slot >= problem.Now && !(s / 2 < LastPair && Excluded(of.ExcludedPairs, s / 2))
                    && (problem.Slots[slot] == Slot.Free || (problem.Slots[slot] > 0 && of.AllowFiller));
            }
        }
    }

    private static bool Excluded(int mask, int bit) => (mask >> bit & 1) != 0;
}
