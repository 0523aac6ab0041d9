using SmartFlow.Planner.Scheduling;
using Start = (int Class, int Item, int Start);

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>
/// The best plan by trying every plan. A branch is left only when what is placed so far costs as much as the best
/// known: no term can fall when a block is added.
/// </summary>
internal sealed class BruteForce(PlanWorld world)
{
    private readonly Judge judge = new(world);
    private readonly List<Start> chosen = [];
    private readonly List<(int Class, int Item, PlanItem Of)> items =
    [
        .. world
            .Problem.Classes.SelectMany((c, n) => c.Items.Select((item, i) => (n, i, item)))
            .Where(i => !i.item.Locked),
    ];

    private (int Missing, long Micros) best = (int.MaxValue, 0);
    private int leaves;

    /// <summary>Null: there are more plans than the limit.</summary>
    public (int Missing, long Micros)? Best(int limit)
    {
        leaves = limit;
        Try(0, 0, 0);
        return leaves > 0 ? best : null;
    }

    private void Try(int next, int left, long leftMicros)
    {
        if (--leaves <= 0)
            return;
        var so = (left, judge.CostOfPlaced(chosen) + leftMicros);
        if (so.CompareTo(best) >= 0)
            return;
        if (next == items.Count)
        {
            best = so;
            return;
        }
        var (c, i, item) = items[next];
        for (var start = 0; start < world.Problem.Slots.Length; start++)
        {
            if (!judge.Allows(c, i, start))
                continue;
            chosen.Add((c, i, start));
            if (!judge.Broken(chosen).Any())
                Try(next + 1, left, leftMicros);
            chosen.RemoveAt(chosen.Count - 1);
        }
        Try(next + 1, left + item.Sections, leftMicros + judge.CostOfLeftOut(item));
    }
}
