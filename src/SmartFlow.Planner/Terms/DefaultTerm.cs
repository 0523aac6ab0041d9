using System.Globalization;

namespace SmartFlow.Planner.Terms;

/// <summary>The term of a user who has saved none: 20 weeks from this week on, 12 sections a day.</summary>
internal static class DefaultTerm
{
    public const int Weeks = 20;

    /// <summary>Sections of 45 minutes as most universities hold them.</summary>
    public static readonly IReadOnlyList<SectionTime> SectionTimes =
    [
        At(8, 0),
        At(8, 55),
        At(10, 15),
        At(11, 10),
        At(14, 0),
        At(14, 55),
        At(16, 15),
        At(17, 10),
        At(19, 0),
        At(19, 55),
        At(20, 50),
        At(21, 45),
    ];

    public static Term For(ulong userId, string timeZone, DateTimeOffset now)
    {
        var term = new Term
        {
            UserId = userId,
            Name = "",
            Weeks = Weeks,
            TimeZone = timeZone,
            SectionTimes = SectionTimes,
            DaysOff = DaysOff.None,
            IsCurrent = true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        Begin(term, new TermCalendar(term).DateAt(now));
        return term;
    }

    /// <summary>The same from another week on.</summary>
    /// <param name="term">Not saved yet.</param>
    /// <param name="date">In its first week.</param>
    public static void Begin(Term term, DateOnly date)
    {
        term.FirstMonday = Monday(date);
        term.Name = term.FirstMonday.ToString("yyyy-MM", CultureInfo.InvariantCulture);
    }

    public static DateOnly Monday(DateOnly date) => date.AddDays(-(((int)date.DayOfWeek + 6) % 7));

    private static SectionTime At(int hour, int minute)
    {
        var starts = new TimeOnly(hour, minute);
        return new SectionTime(starts, starts.AddMinutes(45));
    }
}
