namespace SmartFlow.Planner.Terms;

/// <summary>A user's term: which weeks, which hours, which days are off. What stands in it carries its id.</summary>
internal sealed class Term
{
    public const int WeeksMax = 30;
    public const int SectionsMax = 16;

    public long Id { get; set; }

    public ulong UserId { get; set; }

    public required string Name { get; set; }

    /// <summary>The Monday of week 1.</summary>
    public DateOnly FirstMonday { get; set; }

    public int Weeks { get; set; }

    /// <summary>An IANA name.</summary>
    public required string TimeZone { get; set; }

    /// <summary>Section 1 first, in the order of the day; replaced as a whole.</summary>
    public required IReadOnlyList<SectionTime> SectionTimes { get; set; }

    /// <summary>Replaced as a whole.</summary>
    public required DaysOff DaysOff { get; set; }

    /// <summary>Whether study may be placed on a holiday.</summary>
    public bool StudyOnHolidays { get; set; }

    /// <summary>One term of a user is the current one.</summary>
    public bool IsCurrent { get; set; }

    /// <summary>
    /// Saved because something had to stand in it: that it begins in that week is our guess, which nobody has
    /// confirmed.
    /// </summary>
    public bool IsAssumed { get; set; }

    /// <summary>
    /// +1 with every change of what stands in the term: its hours, courses and placements; and when another one becomes
    /// current.
    /// </summary>
    public long ScheduleVersion { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateOnly LastDay => FirstMonday.AddDays(Weeks * 7 - 1);

    public void Touch(DateTimeOffset now)
    {
        ScheduleVersion++;
        UpdatedAt = now;
    }
}

/// <summary>A section's local hours.</summary>
internal sealed record SectionTime(TimeOnly Starts, TimeOnly Ends);

/// <summary>Holidays and swap days, each date at most once.</summary>
internal sealed record DaysOff(IReadOnlyList<Holiday> Holidays, IReadOnlyList<SwapDay> Swaps)
{
    public static readonly DaysOff None = new([], []);
}

/// <summary>A day on which no course takes place.</summary>
internal sealed record Holiday(DateOnly Date, string? Name);

/// <summary>A day that runs the courses of another date; that date keeps its own unless it is a holiday.</summary>
internal sealed record SwapDay(DateOnly Date, DateOnly Follows);
