using NodaTime;

namespace SmartFlow.Planner.Terms;

/// <summary>A day of a term: week from 1, day 1 (Monday) to 7.</summary>
internal readonly record struct SlotDay(int Week, int Day);

/// <summary>
/// From (week, day, section) to dates and instants and back. Pure. Local hours that a clock change skips move forward
/// by the gap, hours that it repeats are the earlier ones.
/// </summary>
internal sealed class TermCalendar
{
    private readonly Term term;
    private readonly DateTimeZone zone;
    private readonly Dictionary<DateOnly, Holiday> holidays;
    private readonly Dictionary<DateOnly, DateOnly> swaps;

    public TermCalendar(Term term)
    {
        this.term = term;
        zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(term.TimeZone) ?? DateTimeZone.Utc;
        holidays = term.DaysOff.Holidays.ToDictionary(h => h.Date);
        swaps = term.DaysOff.Swaps.ToDictionary(s => s.Date, s => s.Follows);
    }

    public int Weeks => term.Weeks;

    public int Days => term.Weeks * 7;

    public int SectionsPerDay => term.SectionTimes.Count;

    /// <summary>How many sections the term has: the length of everything that <see cref="Index"/> counts.</summary>
    public int Sections => Days * SectionsPerDay;

    public DateOnly DateOf(int week, int day) => term.FirstMonday.AddDays((week - 1) * 7 + day - 1);

    /// <summary>All days of the term whose date lies between two others, both inclusive.</summary>
    public IEnumerable<SlotDay> DaysBetween(DateOnly first, DateOnly last) =>
        Enumerable
            .Range(0, Days)
            .Select(i => new SlotDay(i / 7 + 1, i % 7 + 1))
            .Where(d => DateOf(d.Week, d.Day) is var date && date >= first && date <= last);

    /// <summary>Null for a date outside the term.</summary>
    public SlotDay? SlotDayOf(DateOnly date)
    {
        var days = date.DayNumber - term.FirstMonday.DayNumber;
        return days >= 0 && days < Days ? new SlotDay(days / 7 + 1, days % 7 + 1) : null;
    }

    /// <summary>The local date of an instant, inside the term or not.</summary>
    public DateOnly DateAt(DateTimeOffset time) => Instant.FromDateTimeOffset(time).InZone(zone).Date.ToDateOnly();

    /// <summary>The local time of day of an instant.</summary>
    public TimeOnly TimeAt(DateTimeOffset time) => Instant.FromDateTimeOffset(time).InZone(zone).TimeOfDay.ToTimeOnly();

    /// <summary>In UTC, from the start of the first section to the end of the last.</summary>
    public (DateTimeOffset From, DateTimeOffset To) TimesOf(int week, int day, int sectionFrom, int sectionTo)
    {
        var date = DateOf(week, day);
        return (At(date, term.SectionTimes[sectionFrom - 1].Starts), At(date, term.SectionTimes[sectionTo - 1].Ends));
    }

    /// <summary>In UTC, as long as a course or an event really takes: an event may have hours of its own.</summary>
    public (DateTimeOffset From, DateTimeOffset To) TimesOf(Courses.Occurrence one)
    {
        if (one.Arrangement is not { StartsMinute: { } starts, EndsMinute: { } ends })
            return TimesOf(one.Week, one.Day, one.SectionFrom, one.SectionTo);
        var date = DateOf(one.Week, one.Day);
        return (At(date, TimeOnly.MinValue.AddMinutes(starts)), At(date, TimeOnly.MinValue.AddMinutes(ends)));
    }

    /// <summary>From 0, all sections of the term in the order of time.</summary>
    public int Index(int week, int day, int section) => ((week - 1) * 7 + day - 1) * SectionsPerDay + section - 1;

    public (int Week, int Day, int Section) Slot(int index)
    {
        var days = index / SectionsPerDay;
        return (days / 7 + 1, days % 7 + 1, index % SectionsPerDay + 1);
    }

    /// <summary>
    /// The first section that begins at this instant or later; <see cref="Sections"/> when none does.
    /// </summary>
    public int IndexFrom(DateTimeOffset time)
    {
        var (low, high) = (0, Sections);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (StartOf(middle) < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    public bool IsOff(int week, int day) => holidays.ContainsKey(DateOf(week, day));

    /// <summary>Null where the day is no holiday or has no name.</summary>
    public string? NameOfHoliday(int week, int day) => holidays.GetValueOrDefault(DateOf(week, day))?.Name;

    /// <summary>Which day's courses run: its own, another's on a swap day, none on a holiday.</summary>
    public SlotDay? CoursesOf(int week, int day)
    {
        var date = DateOf(week, day);
        if (holidays.ContainsKey(date))
            return null;
        return swaps.TryGetValue(date, out var follows) ? SlotDayOf(follows) : new SlotDay(week, day);
    }

    private DateTimeOffset StartOf(int index)
    {
        var (week, day, section) = Slot(index);
        return At(DateOf(week, day), term.SectionTimes[section - 1].Starts);
    }

    /// <summary>The instant of a local time.</summary>
    public DateTimeOffset At(DateOnly date, TimeOnly time) =>
        zone.AtLeniently(LocalDate.FromDateOnly(date) + LocalTime.FromTimeOnly(time)).ToInstant().ToDateTimeOffset();
}
