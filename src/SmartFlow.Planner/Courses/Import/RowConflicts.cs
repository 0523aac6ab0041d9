
using SmartFlow.Planner.Schedule;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>Which rows want the same place as each other. Pure.</summary>
internal static class RowConflicts
{
    /// <summary>Null for a row that has errors: nobody knows its time.</summary>
    public static LessonTime? TimeOf(CourseRow row) => row.Errors.Count > 0
        ? null
        : new LessonTime(row.Day!.Value, row.SectionFrom!.Value, row.SectionTo!.Value, WeekMask.Of(row.Weeks));

    /// <summary>By row number. Rows of one course at the same sections belong together and do not conflict.</summary>
    public static ILookup<int, Conflict> Among(IReadOnlyList<CourseRow> rows)
    {
        var timed = rows.Select(r => (Row: r, Time: TimeOf(r))).Where(p => p.Time is not null).ToArray();
        List<(int Row, Conflict Conflict)> found = [];
        // Only rows of one day can meet.
        foreach (var day in timed.GroupBy(p => p.Row.Day))
        {
            var list = day.ToArray();
            for (var i = 0; i < list.Length; i++)
                for (var j = i + 1; j < list.Length; j++)
                {
                    var (a, b) = (list[i], list[j]);
                    var weeks = a.Time!.Value.CommonWeeks(b.Time!.Value);
                    if (weeks == 0 || BelongTogether(a.Row, b.Row)) continue;
                    found.Add((a.Row.Row, Conflict.WithRow(b.Row.Row, b.Row.Name, b.Time.Value, weeks)));
                    found.Add((b.Row.Row, Conflict.WithRow(a.Row.Row, a.Row.Name, a.Time.Value, weeks)));
                }
        }
        return found.ToLookup(f => f.Row, f => f.Conflict);
    }

    /// <summary>Study blocks where the row's lessons would take place, holidays and swap days considered.</summary>
    public static IEnumerable<Conflict> With(LessonTime time, TermState study)
    {
        foreach (var placement in study.Placements)
            if (study.Calendar.CoursesOf(placement.Week, placement.Day) is { } day
                && time.CommonWeeks(new LessonTime(day.Day, placement.SectionFrom, placement.SectionTo, WeekMask.Of([day.Week]))) != 0)
                yield return Conflict.WithPlacement(placement, study.TitleOf(placement.Subject));
    }

    public static bool BelongTogether(CourseRow a, CourseRow b) =>
        a.Name == b.Name && a.Day == b.Day && a.SectionFrom == b.SectionFrom && a.SectionTo == b.SectionTo;
}

/// <summary>A row with what is in its way.</summary>
internal sealed record CourseRowView(
    int Row, int? Line, string Name, string Teacher, string Place, int? Day, int? SectionFrom, int? SectionTo,
    IReadOnlyList<int> Weeks, double Confidence, IReadOnlyList<RowError> Errors, IReadOnlyList<Conflict> Conflicts)
{
    private const int ConflictsMax = 10;

    public static IReadOnlyList<CourseRowView> Of(
        IReadOnlyList<CourseRow> rows, IReadOnlyList<Course> courses, TermState study)
    {
        var among = RowConflicts.Among(rows);
        return [.. rows.Select(r => new CourseRowView(
            r.Row, r.Line, r.Name, r.Teacher, r.Place, r.Day, r.SectionFrom, r.SectionTo, r.Weeks, r.Confidence, r.Errors,
            [.. (RowConflicts.TimeOf(r) is { } time ? GiveWay.Conflicts(r.Name, time, courses).Concat(RowConflicts.With(time, study)) : [])
                .Concat(among[r.Row]).Take(ConflictsMax)]))];
    }
}
