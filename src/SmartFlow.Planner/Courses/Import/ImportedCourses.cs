using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// Rows of one name become one course; what most of them say of teacher and place is the course's. Pure.
/// </summary>
internal static class ImportedCourses
{
    public static List<Course> Of(
        IReadOnlyList<(CourseRow Row, bool Embeddable)> rows,
        Term term,
        long? importId,
        DateTimeOffset now
    ) =>
        [
            .. rows.GroupBy(r => r.Row.Name)
                .Select(g => One([.. g.Select(r => r.Row)], g.Any(r => r.Embeddable), term, importId, now)),
        ];

    private static Course One(CourseRow[] rows, bool embeddable, Term term, long? importId, DateTimeOffset now)
    {
        var course = new Course
        {
            UserId = term.UserId,
            TermId = term.Id,
            ImportId = importId,
            Name = rows[0].Name,
            Teacher = MostSaid(rows.Select(r => r.Teacher)),
            Place = MostSaid(rows.Select(r => r.Place)),
            Embeddable = embeddable,
            CreatedAt = now,
            UpdatedAt = now,
        };
        foreach (var row in rows)
        {
            var sameTime = course
                .Arrangements.Where(a =>
                    (a.Day, a.SectionFrom, a.SectionTo) == (row.Day, row.SectionFrom, row.SectionTo)
                )
                .ToArray();
            // In a week that two rows name, the first one's teacher and place stand; other weeks of the second keep
            // their own.
            var weeks = WeekMask.Of(row.Weeks) & ~sameTime.Aggregate(0, (mask, a) => mask | a.Weeks);
            if (
                Array.Find(sameTime, a =>
                    (a.Teacher ?? course.Teacher, a.Place ?? course.Place) == (row.Teacher, row.Place)
                ) is
                { } same
            )
                same.Weeks |= weeks;
            else if (weeks != 0)
                course.Arrangements.Add(Arrangement(course, row, weeks));
        }
        return course;
    }

    private static Arrangement Arrangement(Course course, CourseRow row, int weeks) =>
        new()
        {
            UserId = course.UserId,
            TermId = course.TermId,
            Day = row.Day!.Value,
            SectionFrom = row.SectionFrom!.Value,
            SectionTo = row.SectionTo!.Value,
            Weeks = weeks,
            Teacher = row.Teacher == course.Teacher ? null : row.Teacher,
            Place = row.Place == course.Place ? null : row.Place,
        };

    private static string MostSaid(IEnumerable<string> said) =>
        said.GroupBy(s => s).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Length == 0).First().Key;
}
