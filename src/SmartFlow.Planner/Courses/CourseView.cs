namespace SmartFlow.Planner.Courses;

/// <summary>A course as its owner sees it.</summary>
internal sealed record CourseView(
    long Id,
    string Name,
    string Teacher,
    string Place,
    bool Embeddable,
    int? Hue,
    string? Note,
    long? ImportId,
    IReadOnlyList<ArrangementView> Arrangements
)
{
    public static CourseView Of(Course course) =>
        new(
            course.Id,
            course.Name,
            course.Teacher,
            course.Place,
            course.Embeddable,
            course.Hue,
            course.Note,
            course.ImportId,
            [
                .. course
                    .Arrangements.OrderBy(a => a.Day)
                    .ThenBy(a => a.SectionFrom)
                    .ThenBy(a => a.Id)
                    .Select(ArrangementView.Of),
            ]
        );
}

/// <param name="Teacher">Null: the course's.</param>
/// <param name="Place">Null: the course's.</param>
internal sealed record ArrangementView(
    long Id,
    int Day,
    int SectionFrom,
    int SectionTo,
    IReadOnlyList<int> Weeks,
    string? Teacher,
    string? Place
)
{
    public static ArrangementView Of(Arrangement arrangement) =>
        new(
            arrangement.Id,
            arrangement.Day,
            arrangement.SectionFrom,
            arrangement.SectionTo,
            WeekMask.Weeks(arrangement.Weeks),
            arrangement.Teacher,
            arrangement.Place
        );
}
