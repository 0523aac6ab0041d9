using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Tests.Planner.Terms;

/// <summary>Terms and courses for tests without a host; random ones follow from their seed.</summary>
internal static class Terms
{
    private static readonly string[] Starts = ["", "", "=1+", "-", "'=", "''+", "@", "＝", "'", "\U0001F4D0"];

    public static readonly string[] Zones =
    [
        "Asia/Shanghai",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "UTC",
    ];

    public static Term Of(
        int weeks = 20,
        string zone = "Asia/Shanghai",
        DateOnly? firstMonday = null,
        DaysOff? daysOff = null,
        IReadOnlyList<SectionTime>? sections = null
    ) =>
        new()
        {
            Name = "2026-09",
            FirstMonday = firstMonday ?? new DateOnly(2026, 9, 7),
            Weeks = weeks,
            TimeZone = zone,
            SectionTimes = sections ?? DefaultTerm.SectionTimes,
            DaysOff = daysOff ?? DaysOff.None,
        };

    public static Term Random(Random random)
    {
        var weeks = random.Next(1, 31);
        var monday = new DateOnly(2026, 1, 5).AddDays(7 * random.Next(0, 80));
        var dates = Enumerable.Range(0, weeks * 7).Select(monday.AddDays).ToArray();
        random.Shuffle(dates);
        var holidays = dates.Take(random.Next(0, 4)).Select(d => new Holiday(d, null)).ToArray();
        var swaps = dates
            .Skip(4)
            .Take(random.Next(0, 3))
            .Select(d => new SwapDay(d, dates[random.Next(dates.Length)]))
            .ToArray();
        return Of(
            weeks,
            Zones[random.Next(Zones.Length)],
            monday,
            new DaysOff(holidays, swaps),
            [.. DefaultTerm.SectionTimes.Take(random.Next(4, 13))]
        );
    }

    public static List<Course> RandomCourses(Random random, Term term)
    {
        var id = 0L;
        return
        [
            .. Enumerable
                .Range(1, random.Next(1, 9))
                .Select(n => new Course
                {
                    Id = n,
                    Name = $"{Starts[random.Next(Starts.Length)]}课程 {n}",
                    Teacher = random.Next(3) == 0 ? "" : $"老师,\"{n}\"",
                    Place = random.Next(3) == 0 ? "" : $"教{random.Next(1, 9)}-{n};\\n室",
                    Embeddable = random.Next(4) == 0,
                    Arrangements =
                    [
                        .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Arrangement(random, term, ++id, n)),
                    ],
                }),
        ];
    }

    private static Arrangement Arrangement(Random random, Term term, long id, long courseId)
    {
        var from = random.Next(1, term.SectionTimes.Count + 1);
        var weeks = random.Next(1, 1 << 30) & WeekMask.Until(term.Weeks);
        return new Arrangement
        {
            Id = id,
            CourseId = courseId,
            Day = random.Next(1, 8),
            SectionFrom = from,
            SectionTo = random.Next(from, term.SectionTimes.Count + 1),
            Weeks = weeks == 0 ? 1 : weeks,
        };
    }
}
