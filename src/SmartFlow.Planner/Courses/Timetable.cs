using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses;

/// <summary>One time that a course takes place, on the day on which it really does.</summary>
internal sealed record Occurrence(Course Course, Arrangement Arrangement, int Week, int Day)
{
    public int SectionFrom => Arrangement.SectionFrom;

    public int SectionTo => Arrangement.SectionTo;

    public bool Embeddable => Course.Embeddable;

    public bool IsEvent => Course.Kind == CourseKind.Event;

    public string Teacher => Arrangement.Teacher ?? Course.Teacher;

    public string Place => Arrangement.Place ?? Course.Place;
}

/// <summary>
/// When courses and personal events take place, with holidays and swap days; the one answer for weeks, the scheduler,
/// calendars and conflicts. Pure. Courses come with their arrangements loaded.
/// </summary>
internal sealed class Timetable(TermCalendar calendar, IEnumerable<Course> courses)
{
    private readonly ILookup<int, (Course Course, Arrangement Arrangement)> byDay = courses
        .SelectMany(c => c.Arrangements.Select(a => (Course: c, Arrangement: a)))
        .ToLookup(p => p.Arrangement.Day);

    /// <summary>
    /// By section. On a holiday events alone; on a swap day the courses of the day that it follows, and its own events.
    /// </summary>
    public IEnumerable<Occurrence> OccurrencesOn(int week, int day)
    {
        var own = Of(new SlotDay(week, day)).Where(p => p.Course.Kind == CourseKind.Event);
        var taught = calendar.CoursesOf(week, day) is { } source
            ? Of(source).Where(p => p.Course.Kind == CourseKind.Course)
            : [];
        return own.Concat(taught)
            .OrderBy(p => p.Arrangement.SectionFrom)
            .ThenBy(p => p.Arrangement.Id)
            .Select(p => new Occurrence(p.Course, p.Arrangement, week, day));
    }

    /// <summary>The whole term's, in the order of time.</summary>
    public IEnumerable<Occurrence> Occurrences()
    {
        for (var week = 1; week <= calendar.Weeks; week++)
        for (var day = 1; day <= 7; day++)
            foreach (var occurrence in OccurrencesOn(week, day))
                yield return occurrence;
    }

    private IEnumerable<(Course Course, Arrangement Arrangement)> Of(SlotDay day) =>
        byDay[day.Day]
            .Where(p =>
                WeekMask.Has(p.Arrangement.Weeks, day.Week) && p.Arrangement.SectionTo <= calendar.SectionsPerDay
            );
}
