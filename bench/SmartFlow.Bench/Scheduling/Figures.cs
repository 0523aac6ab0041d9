using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Bench.Scheduling;

/// <summary>What a plan is worth, measured the same way whoever made it and by none of the solver's terms.</summary>
internal readonly record struct Figures(
    double PlacedShare,
    double Inversions,
    double LoadDeviation,
    double SpacingDays,
    double Moved
)
{
    public static Figures Of(PlanProblem problem, IReadOnlyCollection<PlacedItem> placed)
    {
        var locked = problem
            .Classes.SelectMany(
                (of, c) =>
                    of
                        .Items.Select((item, i) => (item, c, i))
                        .Where(x => x.item.Locked)
                        .Select(x => new PlacedItem(x.c, x.i, x.item.Id, x.item.At!.Value, x.item.Sections, 0, null))
            )
            .ToList();
        var wanted = problem.Classes.Sum(of => of.Items.Where(i => !i.Locked).Sum(i => i.Sections));
        return new Figures(
            placed.Sum(p => p.Sections) / (double)Math.Max(1, wanted),
            OutOfOrder(placed.Concat(locked)),
            Deviation(problem, placed.Concat(locked)),
            Spacing(problem, placed),
            placed.Count(p => problem.Classes[p.Class].Items[p.Item].At is { } at && at >= problem.Now && at != p.Start)
        );
    }

    public static Figures Mean(IReadOnlyCollection<Figures> all) =>
        new(
            all.Average(f => f.PlacedShare),
            all.Average(f => f.Inversions),
            all.Average(f => f.LoadDeviation),
            all.Where(f => !double.IsNaN(f.SpacingDays)).Select(f => f.SpacingDays).DefaultIfEmpty(0).Average(),
            all.Average(f => f.Moved)
        );

    /// <summary>Items that stand before the one that precedes them.</summary>
    private static int OutOfOrder(IEnumerable<PlacedItem> placed) =>
        placed
            .GroupBy(p => p.Class)
            .Sum(of =>
            {
                var inOrder = of.OrderBy(p => p.Item).ToList();
                return inOrder.Zip(inOrder.Skip(1)).Count(pair => pair.Second.Start < pair.First.Start);
            });

    /// <summary>
    /// Standard deviation of a day's sections, courses and study, over the days that the classes span.
    /// </summary>
    private static double Deviation(PlanProblem problem, IEnumerable<PlacedItem> placed)
    {
        var (first, last) = (
            Math.Max(problem.Now / Student.Sections, problem.Classes.Min(c => c.FirstDay)),
            problem.Classes.Max(c => c.LastDay)
        );
        var study = placed.ToLookup(p => p.Start / Student.Sections, p => p.Sections);
        var loads = Enumerable
            .Range(first, last - first + 1)
            .Select(day =>
                (double)study[day].Sum()
                + problem.Slots.AsSpan(day * Student.Sections, Student.Sections).Count(SlotKind.Course)
            )
            .ToList();
        var mean = loads.Average();
        return Math.Sqrt(loads.Average(l => (l - mean) * (l - mean)));
    }

    /// <summary>
    /// Mean days between the items of steady classes and where an even spread over what is left would have them.
    /// </summary>
    private static double Spacing(PlanProblem problem, IReadOnlyCollection<PlacedItem> placed)
    {
        var errors = new List<double>();
        foreach (
            var group in placed.GroupBy(p => p.Class).Where(g => problem.Classes[g.Key].Strategy == Strategy.Steady)
        )
        {
            var of = problem.Classes[group.Key];
            var from = Math.Max(of.FirstDay, problem.Now / Student.Sections);
            var open = Enumerable.Range(0, of.Items.Count).Where(i => !of.Items[i].Locked).ToList();
            errors.AddRange(
                group.Select(p =>
                    Math.Abs(
                        p.Start / Student.Sections
                            + 0.5
                            - from
                            - (open.IndexOf(p.Item) + 0.5) / open.Count * (of.LastDay + 1 - from)
                    )
                )
            );
        }
        return errors.Count == 0 ? double.NaN : errors.Average();
    }
}
