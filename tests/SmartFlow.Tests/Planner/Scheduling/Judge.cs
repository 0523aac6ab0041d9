using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>
/// Rules and cost as docs/scheduling.md states them, written again from that page: nothing of the solver's own rules,
/// costs or ideals is used here, only the types of the problem.
/// </summary>
internal sealed class Judge
{
    private sealed record Block(int Class, int Item, long Subject, int Start, int Sections, bool Heavy, bool Stays);

    private readonly PlanProblem problem;
    private readonly (int From, int To)[] times;
    private readonly int perDay;
    private readonly int[] part;
    private readonly List<Block> stays = [];
    private readonly double[][] ideals;

    public Judge(PlanWorld world)
    {
        (problem, times, perDay) = (world.Problem, world.Times, world.Times.Length);
        part = new int[perDay];
        for (var s = 1; s < perDay; s++)
            part[s] = part[s - 1] + (times[s].From - times[s - 1].To >= 40 ? 1 : 0);
        foreach (var f in problem.Fixed)
            stays.Add(new Block(-1, -1, f.ClassId, f.Start, f.Sections, f.Heavy, true));
        for (var c = 0; c < problem.Classes.Count; c++)
        for (var i = 0; i < problem.Classes[c].Items.Count; i++)
            if (problem.Classes[c].Items[i] is { Locked: true } item)
                stays.Add(At(c, i, item.At!.Value) with { Stays = true });
        ideals = [.. problem.Classes.Select(IdealDays)];
    }

    /// <summary>Missing sections, then the cost in millionths of a point.</summary>
    public (int Missing, long Micros) Cost(IReadOnlyList<(int Class, int Item, int Start)> placed)
    {
        var left = problem
            .Classes.SelectMany((of, c) => of.Items.Select((item, i) => (item, c, i)))
            .Where(x => !x.item.Locked && !placed.Any(p => (p.Class, p.Item) == (x.c, x.i)))
            .ToList();
        return (left.Sum(x => x.item.Sections), CostOfPlaced(placed) + left.Sum(x => CostOfLeftOut(x.item)));
    }

    /// <summary>An item that stood somewhere and is left out.</summary>
    public long CostOfLeftOut(PlanItem item) => item.At >= problem.Now ? 2_000L * problem.Weights.Moved : 0;

    /// <summary>In millionths of a point.</summary>
    public long CostOfPlaced(IReadOnlyList<(int Class, int Item, int Start)> placed)
    {
        var own = placed.Select(p => At(p.Class, p.Item, p.Start)).ToList();
        var w = problem.Weights;
        var micros = 0L;
        foreach (var b in own)
        {
            micros +=
                Spacing(b) * w.Spacing
                + Slack(b) * w.Slack
                + TimeOfDay(b) * w.TimeOfDay
                + Moved(b) * w.Moved
                + Hours(b) * w.Hours;
        }
        foreach (var day in own.Concat(stays).GroupBy(b => b.Start / perDay))
        {
            var blocks = day.OrderBy(b => b.Start).ToList();
            long courses = Enumerable.Range(day.Key * perDay, perDay).Count(s => problem.Slots[s] == SlotKind.Course);
            long study = blocks.Sum(b => b.Sections);
            micros += 1_000L * w.Load * ((courses + study) * (courses + study) - courses * courses);
            foreach (var c in problem.Classes)
            {
                var comfort = c.Intensity switch
                {
                    Level.Low => 2,
                    Level.Medium => 4,
                    _ => 6,
                };
                long over = Math.Max(0, blocks.Where(b => b.Subject == c.Id).Sum(b => b.Sections) - comfort);
                micros += 1_000L * w.Intensity * over * over;
            }
            micros +=
                1_000L
                * w.Heavy
                * blocks
                    .Zip(blocks.Skip(1))
                    .Count(p =>
                        p.First.Heavy
                        && p.Second.Heavy
                        && p.First.Start + p.First.Sections == p.Second.Start
                        && SamePart(p.Second.Start - 1, p.Second.Start)
                    );
            var subjects = blocks.Where(b => b.Subject != 0).Select(b => b.Subject).ToList();
            micros += 1_000L * w.Switches * subjects.Zip(subjects.Skip(1)).Count(p => p.First != p.Second);
        }
        return micros;
    }

    /// <summary>Every hard rule that the placements break, in words.</summary>
    public IEnumerable<string> Broken(IReadOnlyList<(int Class, int Item, int Start)> placed)
    {
        var own = placed.Select(p => At(p.Class, p.Item, p.Start)).ToList();
        foreach (var b in own)
        {
            if (problem.Classes[b.Class].Items[b.Item].Locked)
                yield return $"{b} was locked";
            if (OnItsOwn(b) is { } why)
                yield return $"{b} {why}";
        }
        if (own.GroupBy(b => (b.Class, b.Item)).Any(g => g.Count() > 1))
            yield return "an item twice";
        var all = own.Concat(stays).ToList();
        for (var i = 0; i < all.Count; i++)
        for (var j = i + 1; j < all.Count; j++)
            if (!(all[i].Stays && all[j].Stays) && Together(all[i], all[j]) is { } why)
                yield return $"{all[i]} and {all[j]} {why}";
    }

    public bool Allows(int c, int i, int start) => OnItsOwn(At(c, i, start)) is null;

    private string? OnItsOwn(Block b)
    {
        var of = problem.Classes[b.Class];
        var (day, end) = (b.Start / perDay, b.Start + b.Sections);
        if (b.Start < 0 || end > problem.Slots.Length || (end - 1) / perDay != day)
            return "is not within a day";
        if (!SamePart(b.Start, end - 1))
            return "crosses a long break";
        if (b.Start < problem.Now)
            return "is in the past";
        if (day < of.FirstDay || day > of.LastDay)
            return "is outside the dates";
        if ((of.ExcludedDays & 1 << day % 7) != 0)
            return "is on an excluded day";
        if (end > (of.Items[b.Item].Deadline ?? int.MaxValue))
            return "is after its deadline";
        for (var s = b.Start; s < end; s++)
        {
            if (s % perDay < 12 && (of.ExcludedPairs & 1 << s % perDay / 2) != 0)
                return "is in an excluded pair";
            if (problem.Forbidden.Length > 0 && problem.Forbidden[s])
                return "is in hours in which nobody studies";
            if (problem.Slots[s] < 0)
                return "is where a course or a closed slot is";
            if (problem.Slots[s] != problem.Slots[b.Start])
                return "is not inside one event";
            if (problem.Slots[s] > 0 && !of.AllowFiller)
                return "is in a filler course, which is not allowed";
        }
        return null;
    }

    private string? Together(Block a, Block b)
    {
        if (a.Start < b.Start + b.Sections && b.Start < a.Start + a.Sections)
            return "overlap";
        if (problem.Slots[a.Start] > 0 && problem.Slots[a.Start] == problem.Slots[b.Start])
            return "share an occurrence";
        if (a.Class >= 0 && a.Class == b.Class && a.Item < b.Item != a.Start < b.Start)
            return "are out of order";
        return null;
    }

    private Block At(int c, int i, int start)
    {
        var of = problem.Classes[c];
        return new Block(c, i, of.Id, start, of.Items[i].Sections, of.Difficulty == Level.High, false);
    }

    private bool SamePart(int a, int b) => part[a % perDay] == part[b % perDay];

    private long Spacing(Block b)
    {
        var of = problem.Classes[b.Class];
        if (of.Strategy == Strategy.Rapid)
            return (b.Start + b.Sections - Math.Max(of.FirstDay * perDay, problem.Now)) * 1_000 / perDay;
        return (long)Math.Abs(1_000 * (b.Start / perDay) + 500 - ideals[b.Class][b.Item]);
    }

    private long Slack(Block b) =>
        problem.Classes[b.Class].Items[b.Item].Deadline is { } deadline
            ? Math.Max(0, 2_000 - (deadline - b.Start - b.Sections) * 1_000 / perDay)
            : 0;

    private long Hours(Block b) => problem.Unwanted.Length > 0 && problem.Unwanted[b.Start % (7 * perDay)] ? 1_000 : 0;

    private long TimeOfDay(Block b)
    {
        var minute = times[b.Start % perDay].From;
        var column =
            minute < 720 ? 0
            : minute < 1_080 ? 1
            : 2;
        int[] row = problem.Classes[b.Class].Subject switch
        {
            Subject.Quantitative => [0, 400, 1_000],
            Subject.Memory => [0, 1_000, 200],
            Subject.Reading => [400, 0, 200],
            _ => [0, 0, 0],
        };
        return row[column];
    }

    private long Moved(Block b)
    {
        if (problem.Classes[b.Class].Items[b.Item].At is not { } at || at < problem.Now || at == b.Start)
            return 0;
        return 1_000 + Math.Min(7_000, Math.Abs(b.Start - at) * 1_000 / perDay) / 7;
    }

    /// <summary>
    /// In thousandths of a day. Locked items divide the window; between them, one pace that deadlines may quicken.
    /// </summary>
    private double[] IdealDays(PlanClass of)
    {
        var ideal = new double[of.Items.Count];
        var open = Enumerable.Range(0, of.Items.Count).Where(i => !of.Items[i].Locked).ToList();
        foreach (
            var run in open.GroupBy(i => Enumerable.Range(0, i).Count(j => of.Items[j].Locked)).Select(g => g.ToList())
        )
        {
            var lockedBefore = Enumerable
                .Range(0, run[0])
                .Where(j => of.Items[j].Locked)
                .Select(j => of.Items[j].At!.Value / perDay);
            var next = Enumerable.Range(run[^1], of.Items.Count - run[^1]).Where(j => of.Items[j].Locked).ToList();
            long from = 1_000 * lockedBefore.Append(of.FirstDay).Append(problem.Now / perDay).Max();
            long end = 1_000 * (1 + Math.Min(of.LastDay, problem.Days - 1));
            if (next.Count > 0)
                end = Math.Min(end, 1_000 * (of.Items[next[0]].At!.Value / perDay + 1));
            for (var k = 0; k < run.Count; k++)
            {
                var pace = Enumerable
                    .Range(k, run.Count - k)
                    .Min(j =>
                        Math.Max(
                            0,
                            (Math.Min(end, of.Items[run[j]].Deadline * 1_000L / perDay ?? long.MaxValue) - from)
                                / (j + 1)
                        )
                    );
                ideal[run[k]] = from + (2 * k + 1) * pace / 2;
            }
        }
        return ideal;
    }
}
