using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>A random problem together with the section times that it was made from.</summary>
internal sealed record PlanWorld(PlanProblem Problem, (int From, int To)[] Times)
{
    /// <summary>A few days and items, with everything in them that the rules speak of.</summary>
    public static PlanWorld Small(int seed, int classes, int maxItems)
    {
        var random = new Random(seed);
        return Make(
            random,
            random.Next(1, 5),
            random.Next(3, 7),
            classes,
            _ => random.Next(1, maxItems + 1),
            firstDay: random.Next(7)
        );
    }

    /// <summary>A term of weeks with several classes, for rules and not for optima.</summary>
    public static PlanWorld Large(int seed)
    {
        var random = new Random(seed);
        return Make(
            random,
            random.Next(14, 85),
            random.Next(6, 13),
            random.Next(1, 7),
            _ => random.Next(3, 25),
            firstDay: 0
        );
    }

    private static PlanWorld Make(
        Random random,
        int days,
        int sections,
        int classes,
        Func<int, int> items,
        int firstDay
    )
    {
        // Weekdays count from the term's first Monday, so a small window lies behind some closed days.
        var times = SectionTimes(random, sections);
        var all = days + firstDay;
        var slots = Timetable(random, all, sections, firstDay);
        var taken = new bool[slots.Length];
        var fixedBlocks = new List<FixedBlock>();
        for (var n = random.Next(3); n > 0; n--)
            if (FreePlace(random, slots, taken, sections, 2) is { } place)
                fixedBlocks.Add(
                    new FixedBlock(place, 2, random.Next(3) is 0 ? 0 : 7 + random.Next(3), random.Next(2) == 0)
                );
        var now = random.Next(4) == 0 ? firstDay * sections + random.Next(sections * Math.Max(1, days / 2)) : 0;
        var problem = new PlanProblem
        {
            Shape = DayShape.Of(times),
            Days = all,
            Slots = slots,
            Fixed = fixedBlocks,
            Now = now,
            Weights = RandomWeights(random),
            Seed = random.Next(),
            Classes =
            [
                .. Enumerable
                    .Range(0, classes)
                    .Select(c => AnyClass(random, c, all, firstDay, sections, items(c), slots, taken)),
            ],
        };
        return new PlanWorld(
            problem with
            {
                Forbidden = Hours(random, all, sections),
                Unwanted = Unwanted(random, sections),
            },
            times
        );
    }

    /// <summary>From some section of each day on, on some weekdays.</summary>
    private static bool[] Hours(Random random, int days, int sections)
    {
        if (random.Next(3) > 0)
            return [];
        var (weekdays, from) = (random.Next(128), random.Next(sections));
        return
        [
            .. Enumerable
                .Range(0, days * sections)
                .Select(s => (weekdays >> s / sections % 7 & 1) != 0 && s % sections >= from),
        ];
    }

    private static bool[] Unwanted(Random random, int sections) =>
        random.Next(3) > 0 ? [] : [.. Enumerable.Range(0, 7 * sections).Select(_ => random.Next(2) == 0)];

    private static (int, int)[] SectionTimes(Random random, int sections)
    {
        var times = new (int, int)[sections];
        for (int i = 0, minute = 480; i < sections; i++)
        {
            times[i] = (minute, minute + 45);
            minute += 45 + (random.Next(4) == 0 ? 150 : 10 + random.Next(25));
        }
        return times;
    }

    private static int[] Timetable(Random random, int days, int sections, int firstDay)
    {
        var (slots, occurrence, courses) = (new int[days * sections], 0, random.Next(60));
        for (var day = 0; day < days; day++)
        {
            if (day < firstDay || random.Next(12) == 0)
            {
                slots
                    .AsSpan(day * sections, sections)
                    .Fill(random.Next(2) == 0 || day < firstDay ? SlotKind.Closed : SlotKind.Holiday);
                continue;
            }
            for (var s = 0; s < sections; )
            {
                var length = Math.Min(sections - s, random.Next(1, 5));
                var kind =
                    random.Next(100) < courses
                        ? random.Next(3) == 0
                            ? ++occurrence
                            : SlotKind.Course
                        : SlotKind.Free;
                slots.AsSpan(day * sections + s, length).Fill(kind);
                s += length;
            }
        }
        return slots;
    }

    private static PlanClass AnyClass(
        Random random,
        int c,
        int days,
        int firstDay,
        int sections,
        int items,
        int[] slots,
        bool[] taken
    )
    {
        var from = firstDay + random.Next(Math.Max(1, (days - firstDay) / 2));
        var until = random.Next(3) == 0 ? random.Next(from, days) : days - 1;
        var list = new List<PlanItem>();
        for (var i = 0; i < items; i++)
        {
            var item = new PlanItem(100 * c + i, random.Next(6) == 0 ? random.Next(3, 5) : random.Next(1, 3));
            if (random.Next(5) == 0)
                item = item with { Deadline = random.Next(from * sections, (until + 2) * sections) };
            if (random.Next(5) == 0)
                item = item with { At = random.Next(slots.Length) };
            if (random.Next(9) == 0 && FreePlace(random, slots, taken, sections, item.Sections) is { } place)
                item = item with { At = place, Locked = true };
            list.Add(item);
        }
        return new PlanClass(c + 8, from, until, list)
        {
            Strategy = random.Next(2) == 0 ? Strategy.Steady : Strategy.Rapid,
            Subject = (Subject)random.Next(4),
            Difficulty = (Level)random.Next(3),
            Intensity = (Level)random.Next(3),
            AllowFiller = random.Next(4) != 0,
            ExcludedPairs = random.Next(3) == 0 ? random.Next(64) & random.Next(64) : 0,
            ExcludedDays = random.Next(3) == 0 ? random.Next(128) & random.Next(128) : 0,
        };
    }

    /// <summary>
    /// A place for a block that stays: within a day, in free time or within one occurrence of a filler course.
    /// </summary>
    private static int? FreePlace(Random random, int[] slots, bool[] taken, int sections, int length)
    {
        var start = random.Next(slots.Length);
        if (start % sections + length > sections || slots[start] < 0)
            return null;
        if (slots.AsSpan(start, length).ContainsAnyExcept(slots[start]) || taken.AsSpan(start, length).Contains(true))
            return null;
        for (var s = 0; s < slots.Length; s++)
            if ((s >= start && s < start + length) || (slots[start] > 0 && slots[s] == slots[start]))
                taken[s] = true;
        return start;
    }

    private static Weights RandomWeights(Random random)
    {
        if (random.Next(3) == 0)
            return new Weights();
        int Any() =>
            random.Next(4) == 0 ? 0
            : random.Next(5) == 0 ? random.Next(Weights.Max + 1)
            : random.Next(2_000);
        return new Weights
        {
            Spacing = Any(),
            Load = Any(),
            Intensity = Any(),
            Slack = Any(),
            TimeOfDay = Any(),
            Heavy = Any(),
            Switches = Any(),
            Moved = Any(),
        };
    }
}
