using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Bench.Scheduling;

/// <summary>
/// Two rules that planners commonly use, written for this comparison. Both keep every hard rule but the order of items;
/// on a re-plan both leave what stands and place only what does not.
/// </summary>
internal sealed class Greedy
{
    private readonly PlanProblem problem;
    private readonly bool[] taken;
    private readonly List<PlacedItem> placed = [];

    private Greedy(PlanProblem problem)
    {
        this.problem = problem;
        taken = new bool[problem.Slots.Length];
        foreach (var block in problem.Fixed)
            Take(block.Start, block.Sections);
        for (var c = 0; c < problem.Classes.Count; c++)
        for (var i = 0; i < problem.Classes[c].Items.Count; i++)
            if (Stands(problem.Classes[c].Items[i]) is { } at)
            {
                Take(at, problem.Classes[c].Items[i].Sections);
                if (!problem.Classes[c].Items[i].Locked)
                    Keep(c, i, at);
            }
    }

    /// <summary>Each item in the first place from the beginning where it fits.</summary>
    public static List<PlacedItem> FirstFit(PlanProblem problem) =>
        new Greedy(problem).Run((_, _, slots) => Enumerable.Range(0, slots));

    /// <summary>Item i of n in the free place nearest to the share i/n of the window.</summary>
    public static List<PlacedItem> EvenSpread(PlanProblem problem) =>
        new Greedy(problem).Run(
            (of, i, slots) =>
            {
                var (from, to) = (
                    Math.Max(of.FirstDay * Student.Sections, problem.Now),
                    (of.LastDay + 1) * Student.Sections
                );
                var target = from + (int)((i + 0.5) / of.Items.Count * (to - from));
                return Enumerable.Range(0, slots).OrderBy(s => Math.Abs(s - target));
            }
        );

    private List<PlacedItem> Run(Func<PlanClass, int, int, IEnumerable<int>> places)
    {
        for (var c = 0; c < problem.Classes.Count; c++)
        for (var i = 0; i < problem.Classes[c].Items.Count; i++)
        {
            var (of, item) = (problem.Classes[c], problem.Classes[c].Items[i]);
            if (Stands(item) is not null)
                continue;
            foreach (var start in places(of, i, taken.Length).Where(s => Fits(of, item, s)).Take(1))
            {
                Take(start, item.Sections);
                Keep(c, i, start);
            }
        }
        return placed;
    }

    private int? Stands(PlanItem item) => item.At is { } at && (item.Locked || at >= problem.Now) ? at : null;

    private bool Fits(PlanClass of, PlanItem item, int start)
    {
        var (day, end) = (start / Student.Sections, start + item.Sections);
        if (
            start < problem.Now
            || day < of.FirstDay
            || day > of.LastDay
            || end > problem.Slots.Length
            || end > (item.Deadline ?? int.MaxValue)
        )
            return false;
        if ((of.ExcludedDays >> day % 7 & 1) != 0)
            return false;
        for (var s = start; s < end; s++)
        {
            if (taken[s] || problem.Slots[s] < 0 || problem.Slots[s] != problem.Slots[start])
                return false;
            if (problem.Slots[s] > 0 && !of.AllowFiller)
                return false;
            if (s % Student.Sections / 2 < 6 && (of.ExcludedPairs >> s % Student.Sections / 2 & 1) != 0)
                return false;
            if (s + 1 < end && !problem.Shape.Continues(s % Student.Sections))
                return false;
        }
        return true;
    }

    private void Take(int start, int sections)
    {
        taken.AsSpan(start, sections).Fill(true);
        for (var s = 0; problem.Slots[start] > 0 && s < taken.Length; s++)
            taken[s] |= problem.Slots[s] == problem.Slots[start];
    }

    private void Keep(int c, int i, int start)
    {
        var item = problem.Classes[c].Items[i];
        placed.Add(new PlacedItem(c, i, item.Id, start, item.Sections, 0, null));
    }
}
