using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Events;

/// <summary>A personal event as its owner sees it.</summary>
/// <param name="Day">1 (Monday) to 7.</param>
/// <param name="SectionFrom">One more than section_to: its hours touch no section, and it stands between the two.</param>
/// <param name="Weeks">Of the term, without those in which it was cancelled.</param>
/// <param name="Dates">The same as dates.</param>
/// <param name="OwnTimes">It was given by its hours; false: by sections, whose hours these are.</param>
internal sealed record EventView(
    long Id,
    string Title,
    string Place,
    string? Note,
    int Day,
    int SectionFrom,
    int SectionTo,
    string Starts,
    string Ends,
    bool OwnTimes,
    IReadOnlyList<int> Weeks,
    IReadOnlyList<DateOnly> Dates
)
{
    public static EventView Of(Course one, Term term)
    {
        var (time, calendar, last) = (one.Arrangements[0], new TermCalendar(term), term.SectionTimes.Count);
        var weeks = WeekMask.Weeks(time.Weeks);
        // A term whose sections became fewer shows the last one.
        var hours = SectionTimeView.Of(
            time is { StartsMinute: { } starts, EndsMinute: { } ends }
                ? new SectionTime(TimeOnly.MinValue.AddMinutes(starts), TimeOnly.MinValue.AddMinutes(ends))
                : new SectionTime(
                    term.SectionTimes[Math.Min(time.SectionFrom, last) - 1].Starts,
                    term.SectionTimes[Math.Min(time.SectionTo, last) - 1].Ends
                )
        );
        return new EventView(
            one.Id,
            one.Name,
            one.Place,
            one.Note,
            time.Day,
            time.SectionFrom,
            time.SectionTo,
            hours.Starts,
            hours.Ends,
            time.StartsMinute is not null,
            weeks,
            [.. weeks.Select(w => calendar.DateOf(w, time.Day))]
        );
    }
}

/// <summary>When an event takes place, as an export tells it.</summary>
internal sealed record EventTime(
    int Day,
    int SectionFrom,
    int SectionTo,
    IReadOnlyList<int> Weeks,
    int? StartsMinute,
    int? EndsMinute
)
{
    public static EventTime Of(Arrangement time) =>
        new(time.Day, time.SectionFrom, time.SectionTo, WeekMask.Weeks(time.Weeks), time.StartsMinute, time.EndsMinute);
}
