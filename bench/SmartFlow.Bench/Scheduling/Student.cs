using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Bench.Scheduling;

/// <summary>
/// A made-up student: twelve sections a day as they come with a term, a timetable, and something to plan.
/// </summary>
internal sealed record Student(string Scenario, PlanProblem Problem)
{
    public const int Sections = 12;

    public static readonly DayShape Shape = DayShape.Of([
        (480, 525),
        (535, 580),
        (615, 660),
        (670, 715),
        (840, 885),
        (895, 940),
        (975, 1020),
        (1030, 1075),
        (1140, 1185),
        (1195, 1240),
        (1250, 1295),
        (1305, 1350),
    ]);

    public static readonly string[] Scenarios =
    [
        "finals sprint",
        "term-long",
        "filler time only",
        "over-full",
        "holiday",
        "re-plan",
    ];

    public static Student Make(string scenario, int seed)
    {
        var random = new Random(seed);
        return new Student(
            scenario,
            scenario switch
            {
                "finals sprint" => Finals(random),
                "term-long" => TermLong(random),
                "filler time only" => Filler(random),
                "over-full" => OverFull(random),
                "holiday" => Holiday(random),
                _ => Replan(random),
            }
        );
    }

    /// <summary>Classes × items of two sections over whole weeks, for the run time by size.</summary>
    public static PlanProblem Sized(int seed, int weeks, int classes, int items)
    {
        var random = new Random(seed);
        return Plan(
            random,
            Timetable(random, weeks, 0.35),
            [.. Enumerable.Range(1, classes).Select(c => Any(random, c, 0, weeks * 7 - 1, items, 2))]
        );
    }

    /// <summary>Five exams in fourteen days: each class ends the day before its exam.</summary>
    private static PlanProblem Finals(Random random)
    {
        int[] exams = [.. Enumerable.Range(6, 8).OrderBy(_ => random.Next()).Take(5)];
        return Plan(
            random,
            Timetable(random, 2, 0.12),
            [.. exams.Select((exam, c) => Any(random, c + 1, 0, exam - 1, random.Next(5, 9), 2))]
        );
    }

    private static PlanProblem TermLong(Random random) =>
        Plan(
            random,
            Timetable(random, 20, 0.35),
            [
                .. Enumerable
                    .Range(1, random.Next(3, 6))
                    .Select(c => Any(random, c, random.Next(14), 139 - random.Next(21), random.Next(18, 36), 2)),
            ]
        );

    /// <summary>Nothing but the time of courses that their owner marked.</summary>
    private static PlanProblem Filler(Random random)
    {
        var slots = Timetable(random, 8, 0.4, filler: 0.35);
        for (var s = 0; s < slots.Length; s++)
            if (slots[s] == SlotKind.Free)
                slots[s] = SlotKind.Closed;
        return Plan(
            random,
            slots,
            [
                .. Enumerable
                    .Range(1, 3)
                    .Select(c => Any(random, c, 0, 55, random.Next(8, 16), 0) with { AllowFiller = true }),
            ]
        );
    }

    private static PlanProblem OverFull(Random random) =>
        Plan(
            random,
            Timetable(random, 2, 0.45),
            [
                .. Enumerable
                    .Range(1, 6)
                    .Select(c =>
                        Any(random, c, 0, 9 + random.Next(4), random.Next(7, 11), 2) with
                        {
                            ExcludedPairs = 1 << 5,
                        }
                    ),
            ]
        );

    /// <summary>Four weeks, the second of them off.</summary>
    private static PlanProblem Holiday(Random random)
    {
        var slots = Timetable(random, 4, 0.35);
        slots.AsSpan(7 * Sections, 7 * Sections).Fill(SlotKind.Holiday);
        return Plan(
            random,
            slots,
            [.. Enumerable.Range(1, 4).Select(c => Any(random, c, 0, 27, random.Next(8, 15), 2))]
        );
    }

    /// <summary>
    /// A plan of four weeks on its ninth day: what lies behind was done, but for the last three blocks.
    /// </summary>
    private static PlanProblem Replan(Random random)
    {
        var before = Plan(
            random,
            Timetable(random, 4, 0.35),
            [.. Enumerable.Range(1, 4).Select(c => Any(random, c, 0, 27, random.Next(10, 16), 2))]
        );
        var now = 9 * Sections;
        var placed = Scheduler.Solve(before).Placements;
        var missed = placed.Where(p => p.Start < now).OrderByDescending(p => p.Start).Take(3).ToHashSet();
        PlanItem Item(PlanItem item, PlacedItem? at) =>
            at is not { } p ? item : item with { At = p.Start, Locked = p.Start < now && !missed.Contains(p) };
        return before with
        {
            Now = now,
            Classes =
            [
                .. before.Classes.Select(
                    (of, c) =>
                        of with
                        {
                            Items =
                            [
                                .. of.Items.Select(
                                    (item, i) =>
                                        Item(
                                            item,
                                            placed
                                                .Where(p => p.Class == c && p.Item == i)
                                                .Select(p => (PlacedItem?)p)
                                                .FirstOrDefault()
                                        )
                                ),
                            ],
                        }
                ),
            ],
        };
    }

    private static PlanProblem Plan(Random random, int[] slots, PlanClass[] classes) =>
        new()
        {
            Shape = Shape,
            Days = slots.Length / Sections,
            Slots = slots,
            Classes = classes,
            Seed = random.Next(),
        };

    /// <param name="length">Sections of each item; 0: one or two.</param>
    private static PlanClass Any(Random random, int id, int first, int last, int items, int length) =>
        new(
            id,
            first,
            last,
            [
                .. Enumerable
                    .Range(0, items)
                    .Select(i => new PlanItem(
                        id * 1_000 + i,
                        length > 0
                            ? random.Next(6) == 0
                                ? random.Next(1, 5)
                                : length
                            : random.Next(1, 3)
                    )),
            ]
        )
        {
            Strategy = random.Next(4) == 0 ? Strategy.Rapid : Strategy.Steady,
            Subject = (Subject)random.Next(4),
            Difficulty = (Level)random.Next(3),
            Intensity = (Level)random.Next(3),
            ExcludedDays = random.Next(3) == 0 ? 1 << 6 : 0,
        };

    /// <summary>Courses in pairs of sections, the same every week; some of them may be studied in.</summary>
    private static int[] Timetable(Random random, int weeks, double share, double filler = 0.1)
    {
        var (week, occurrence) = (new int[7 * Sections], 0);
        for (var day = 0; day < 5; day++)
        for (var pair = 0; pair < 5; pair++)
            if (random.NextDouble() < (pair == 4 ? share / 2 : share * 1.2))
                week.AsSpan(day * Sections + pair * 2, 2).Fill(random.NextDouble() < filler ? 1 : SlotKind.Course);
        var slots = new int[weeks * week.Length];
        for (var s = 0; s < slots.Length; s++)
            slots[s] =
                week[s % week.Length] <= 0 ? week[s % week.Length]
                : s % 2 == 0 ? ++occurrence
                : occurrence;
        return slots;
    }
}
