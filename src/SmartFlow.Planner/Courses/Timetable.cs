using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses;

/// <summary>One time that a course takes place, on the day on which it really does.</summary>
internal sealed record Occurrence(Course Course, Arrangement Arrangement, int Week, int Day)
{
    public int SectionFrom => Arrangement.SectionFrom;

    public int SectionTo => Arrangement.SectionTo;

    public bool Embeddable => Course.Embeddable;

    public string Teacher => Arrangement.Teacher ?? Course.Teacher;

    public string Place => Arrangement.Place ?? Course.Place;
}

/// <summary>
/// When courses take place, with holidays and swap days; the one answer for weeks, the scheduler, calendars and conflicts.
/// Pure. Courses come with their arrangements loaded.
/// </summary>
internal sealed class Timetable(TermCalendar calendar, IEnumerable<Course> courses)
{
    private readonly ILookup<int, (Course Course, Arrangement Arrangement)> byDay = courses
        .SelectMany(c => c.Arrangements.Select(a => (Course: c, Arrangement: a)))
        .OrderBy(p => p.Arrangement.SectionFrom).ThenBy(p => p.Arrangement.Id)
        .ToLookup(p => p.Arrangement.Day);

    /// <summary>By section. None on a holiday; on a swap day those of the day that it follows.</summary>
    public IEnumerable<Occurrence> OccurrencesOn(int week, int day)
    {
        if (calendar.CoursesOf(week, day) is not { } source) yield break;
        foreach (var (course, arrangement) in byDay[source.Day])
            if (WeekMask.Has(arrangement.Weeks, source.Week) && arrangement.SectionTo <= calendar.SectionsPerDay)
                yield return new Occurrence(course, arrangement, week, day);
    }

    /// <summary>The whole term's, in the order of time.</summary>
    public IEnumerable<Occurrence> Occurrences()
    {
        for (var week = 1; week <= calendar.Weeks; week++)
            for (var day = 1; day <= 7; day++)
                foreach (var occurrence in OccurrencesOn(week, day))
                    yield return occurrence;
    }
}
