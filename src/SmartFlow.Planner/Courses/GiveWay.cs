using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses;

/// <summary>Weeks that an arrangement lost to another one; enough to give them back.</summary>
internal sealed record LostWeeks(
    long CourseId,
    string Name,
    string Teacher,
    string Place,
    bool Embeddable,
    int? Hue,
    string? Note,
    long? ImportId,
    long ArrangementId,
    int Day,
    int SectionFrom,
    int SectionTo,
    int Weeks,
    string? OwnTeacher,
    string? OwnPlace
)
{
    public CourseKind Kind { get; init; }

    public int? StartsMinute { get; init; }

    public int? EndsMinute { get; init; }

    public static LostWeeks Of(Course course, Arrangement arrangement, int weeks) =>
        new(
            course.Id,
            course.Name,
            course.Teacher,
            course.Place,
            course.Embeddable,
            course.Hue,
            course.Note,
            course.ImportId,
            arrangement.Id,
            arrangement.Day,
            arrangement.SectionFrom,
            arrangement.SectionTo,
            weeks,
            arrangement.Teacher,
            arrangement.Place
        )
        {
            Kind = course.Kind,
            StartsMinute = arrangement.StartsMinute,
            EndsMinute = arrangement.EndsMinute,
        };
}

/// <summary>
/// Which courses stand in the way of new ones, and making them give way. Works on loaded courses; saves nothing.
/// </summary>
internal static class GiveWay
{
    private const int NamedMax = 20;

    /// <summary>Of the courses that are there.</summary>
    public static IEnumerable<Conflict> Conflicts(string name, LessonTime time, IEnumerable<Course> courses)
    {
        foreach (var course in courses)
        foreach (var arrangement in course.Arrangements)
            if (LessonTime.Of(arrangement).CommonWeeks(time) is not 0 and var weeks)
                yield return Conflict.WithCourse(
                    course,
                    arrangement,
                    weeks,
                    course.Name == name
                        && arrangement.SectionFrom == time.SectionFrom
                        && arrangement.SectionTo == time.SectionTo
                );
    }

    /// <summary>
    /// Takes the weeks that overlap from the courses that are there; a course that has none left goes.
    /// </summary>
    public static List<LostWeeks> Take(PlannerDb db, LessonTime time, List<Course> courses)
    {
        List<LostWeeks> lost = [];
        foreach (var course in courses.ToArray())
        {
            foreach (var arrangement in course.Arrangements.ToArray())
            {
                if (LessonTime.Of(arrangement).CommonWeeks(time) is not (not 0 and var weeks))
                    continue;
                lost.Add(LostWeeks.Of(course, arrangement, weeks));
                arrangement.Weeks &= ~weeks;
                if (arrangement.Weeks != 0)
                    continue;
                course.Arrangements.Remove(arrangement);
                db.Arrangements.Remove(arrangement);
            }
            if (course.Arrangements.Count > 0)
                continue;
            db.Courses.Remove(course);
            courses.Remove(course);
        }
        return lost;
    }

    /// <summary>conflict, with everything that is in the way.</summary>
    public static RefusedException Refuse(IReadOnlyCollection<Conflict> conflicts)
    {
        var titles = conflicts.Select(c => c.Title).Distinct().Take(NamedMax).ToArray();
        return new RefusedException(
            ErrorCodes.Conflict,
            $"There is something already at that time: {string.Join(", ", titles)}. Choose other times, or let it give way.",
            extensions: new Dictionary<string, object?>
            {
                ["rule"] = "in_the_way",
                ["conflicts"] = conflicts.Take(NamedMax).ToArray(),
            }
        );
    }
}
