using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>Rows of one name become one course; what most of them say of teacher and place is the course's. Pure.</summary>
internal static class ImportedCourses
{
    public static List<Course> Of(IReadOnlyList<(CourseRow Row, bool Embeddable)> rows, Term term, long? importId, DateTimeOffset now) =>
        [.. rows.GroupBy(r => r.Row.Name).Select(g => One([.. g.Select(r => r.Row)], g.Any(r => r.Embeddable), term, importId, now))];

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
            var same = course.Arrangements.Find(a => a.Day == row.Day && a.SectionFrom == row.SectionFrom && a.SectionTo == row.SectionTo
                && ((a.Teacher ?? course.Teacher, a.Place ?? course.Place) == (row.Teacher, row.Place) || (a.Weeks & WeekMask.Of(row.Weeks)) != 0));
            if (same is null) course.Arrangements.Add(Arrangement(course, row));
            else same.Weeks |= WeekMask.Of(row.Weeks);
        }
        return course;
    }

    private static Arrangement Arrangement(Course course, CourseRow row) => new()
    {
        UserId = course.UserId,
        TermId = course.TermId,
        Day = row.Day!.Value,
        SectionFrom = row.SectionFrom!.Value,
        SectionTo = row.SectionTo!.Value,
        Weeks = WeekMask.Of(row.Weeks),
        Teacher = row.Teacher == course.Teacher ? null : row.Teacher,
        Place = row.Place == course.Place ? null : row.Place,
    };

    private static string MostSaid(IEnumerable<string> said) =>
        said.GroupBy(s => s).OrderByDescending(g => g.Count()).ThenBy(g => g.Key.Length == 0).First().Key;
}
