using SmartFlow.Planner.Schedule;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>Which rows want the same place as each other. Pure.</summary>
internal static class RowConflicts
{
    /// <summary>Null for a row that has errors: nobody knows its time.</summary>
    public static LessonTime? TimeOf(CourseRow row) =>
        row.Errors.Count > 0
            ? null
            : new LessonTime(row.Day!.Value, row.SectionFrom!.Value, row.SectionTo!.Value, WeekMask.Of(row.Weeks));

    /// <summary>
    /// By row number, at most so many of each row. Rows of one course at the same sections belong together and do not
    /// conflict. The rows of a day are sorted by their first section, so that a row is compared only with those that it
    /// can meet.
    /// </summary>
    public static ILookup<int, Conflict> Among(IReadOnlyList<CourseRow> rows, int each)
    {
        List<(int Row, Conflict Conflict)> found = [];
        foreach (var day in rows.Where(r => r.Errors.Count == 0).GroupBy(r => r.Day))
        {
            var list = day.Select(r => (Row: r, Time: TimeOf(r)!.Value))
                .OrderBy(p => p.Time.SectionFrom)
                .ThenBy(p => p.Row.Row)
                .ToArray();
            var counts = new int[list.Length];
            for (var i = 0; i < list.Length; i++)
            for (var j = i + 1; j < list.Length && list[j].Time.SectionFrom <= list[i].Time.SectionTo; j++)
            {
                if (counts[i] >= each && counts[j] >= each)
                    continue;
                var (a, b) = (list[i], list[j]);
                var weeks = a.Time.CommonWeeks(b.Time);
                if (weeks == 0 || BelongTogether(a.Row, b.Row))
                    continue;
                if (counts[i]++ < each)
                    found.Add((a.Row.Row, Conflict.WithRow(b.Row.Row, b.Row.Name, b.Time, weeks)));
                if (counts[j]++ < each)
                    found.Add((b.Row.Row, Conflict.WithRow(a.Row.Row, a.Row.Name, a.Time, weeks)));
            }
        }
        return found.ToLookup(f => f.Row, f => f.Conflict);
    }

    /// <summary>
    /// When the courses of its day are on, holidays and swap days considered, for every study block that has such a
    /// day.
    /// </summary>
    public static (Placement Placement, LessonTime Time)[] StudyTimes(TermState study) =>
        [
            .. from placement in study.Placements
            let day = study.Calendar.CoursesOf(placement.Week, placement.Day)
            where day is not null
            select (
                placement,
                new LessonTime(day.Value.Day, placement.SectionFrom, placement.SectionTo, WeekMask.Of([day.Value.Week]))
            ),
        ];

    /// <summary>The same for personal events.</summary>
    public static (Occurrence Event, LessonTime Time)[] EventTimes(TermState study) =>
        [
            .. from one in study.Occurrences
            where one.IsEvent && TermState.TimeOf(one).At.Sections > 0
            let day = study.Calendar.CoursesOf(one.Week, one.Day)
            where day is not null
            select (one, new LessonTime(day.Value.Day, one.SectionFrom, one.SectionTo, WeekMask.Of([day.Value.Week]))),
        ];

    public static bool BelongTogether(CourseRow a, CourseRow b) =>
        a.Name == b.Name && a.Day == b.Day && a.SectionFrom == b.SectionFrom && a.SectionTo == b.SectionTo;
}

/// <summary>A row with what is in its way.</summary>
internal sealed record CourseRowView(
    int Row,
    int? Line,
    string Name,
    string Teacher,
    string Place,
    int? Day,
    int? SectionFrom,
    int? SectionTo,
    IReadOnlyList<int> Weeks,
    double Confidence,
    IReadOnlyList<RowError> Errors,
    IReadOnlyList<Conflict> Conflicts
)
{
    private const int ConflictsMax = 10;

    public static IReadOnlyList<CourseRowView> Of(
        IReadOnlyList<CourseRow> rows,
        IReadOnlyList<Course> courses,
        TermState study
    )
    {
        var among = RowConflicts.Among(rows, ConflictsMax);
        var (blocks, events) = (RowConflicts.StudyTimes(study), RowConflicts.EventTimes(study));
        return
        [
            .. rows.Select(r => new CourseRowView(
                r.Row,
                r.Line,
                r.Name,
                r.Teacher,
                r.Place,
                r.Day,
                r.SectionFrom,
                r.SectionTo,
                r.Weeks,
                r.Confidence,
                r.Errors,
                [
                    .. (
                        RowConflicts.TimeOf(r) is { } time
                            ? GiveWay.Conflicts(r.Name, time, courses).Concat(Study(time))
                            : []
                    )
                        .Concat(among[r.Row])
                        .Take(ConflictsMax),
                ]
            )),
        ];

        IEnumerable<Conflict> Study(LessonTime time) =>
            blocks
                .Where(b => time.CommonWeeks(b.Time) != 0)
                .Select(b => Conflict.WithPlacement(b.Placement, study.TitleOf(b.Placement.Subject)))
                .Concat(
                    events
                        .Where(e => time.CommonWeeks(e.Time) != 0)
                        .GroupBy(e => (e.Event.Arrangement.Id, e.Event.Day))
                        .Select(g => Conflict.WithTimes([.. g.Select(e => e.Event)]))
                );
    }
}
