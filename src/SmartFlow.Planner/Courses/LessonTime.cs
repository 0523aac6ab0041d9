using System.ComponentModel.DataAnnotations;
using SmartFlow.Planner.Schedule;

namespace SmartFlow.Planner.Courses;

/// <summary>A day, sections and weeks, as an arrangement has them; pure.</summary>
internal readonly record struct LessonTime(int Day, int SectionFrom, int SectionTo, int Weeks)
{
    public static LessonTime Of(Arrangement arrangement) =>
        new(arrangement.Day, arrangement.SectionFrom, arrangement.SectionTo, arrangement.Weeks);

    /// <summary>The weeks in which both want the same section; 0: none.</summary>
    public int CommonWeeks(LessonTime other) =>
        Day == other.Day && SectionFrom <= other.SectionTo && other.SectionFrom <= SectionTo ? Weeks & other.Weeks : 0;
}

/// <summary>What stands, or would stand, in the same place.</summary>
/// <param name="Kind">course, event, row (of the same file) or placement.</param>
/// <param name="Id">Of the course, event or placement; null for a row.</param>
/// <param name="Row">Of the same file; null for the others.</param>
/// <param name="Same">A course of the same name at the same time: most likely the same import again.</param>
internal sealed record Conflict(
    [property: AllowedValues("course", "event", "row", "placement")] string Kind,
    long? Id,
    int? Row,
    string Title,
    IReadOnlyList<int> Weeks,
    int Day,
    int SectionFrom,
    int SectionTo,
    bool Same
)
{
    public static Conflict WithCourse(Course course, Arrangement arrangement, int weeks, bool same) =>
        new(
            "course",
            course.Id,
            null,
            course.Name,
            WeekMask.Weeks(weeks),
            arrangement.Day,
            arrangement.SectionFrom,
            arrangement.SectionTo,
            same
        );

    /// <summary>With times of one course or event, all of one arrangement and one day.</summary>
    public static Conflict WithTimes(IReadOnlyCollection<Occurrence> times)
    {
        var one = times.First();
        return new(
            one.IsEvent ? "event" : "course",
            one.Course.Id,
            null,
            one.Course.Name,
            [.. times.Select(t => t.Week).Distinct().Order()],
            one.Day,
            one.SectionFrom,
            one.SectionTo,
            false
        );
    }

    public static Conflict WithPlacement(Placement placement, string title) =>
        new(
            "placement",
            placement.Id,
            null,
            title,
            [placement.Week],
            placement.Day,
            placement.SectionFrom,
            placement.SectionTo,
            false
        );

    public static Conflict WithRow(int row, string name, LessonTime time, int weeks) =>
        new("row", null, row, name, WeekMask.Weeks(weeks), time.Day, time.SectionFrom, time.SectionTo, false);
}
