using System.Globalization;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Exchange;

/// <summary>
/// What stands in a term as events: one for each time that a course takes place, so that days off and swap days are
/// exact.
/// </summary>
internal static class TermEvents
{
    public static IEnumerable<CalendarEvent> OfCourses(TermCalendar calendar, IEnumerable<Occurrence> occurrences)
    {
        foreach (var one in occurrences)
        {
            var (from, to) = calendar.TimesOf(one);
            var kind = one.IsEvent ? "event" : "course";
            var uid = string.Create(
                CultureInfo.InvariantCulture,
                $"{kind}-{one.Arrangement.Id}-{one.Week}-{one.Day}@smartflow"
            );
            yield return new CalendarEvent(uid, one.Course.Name, from, to, one.Place, Described(one), one.Teacher);
        }
    }

    /// <summary>A block keeps its uid when it is moved, so that calendars move it, too.</summary>
    public static IEnumerable<CalendarEvent> OfStudy(TermState study)
    {
        foreach (var one in study.Placements)
        {
            if (one.SectionTo > study.Calendar.SectionsPerDay || one.Week > study.Calendar.Weeks)
                continue;
            var (from, to) = study.Calendar.TimesOf(one.Week, one.Day, one.SectionFrom, one.SectionTo);
            var of = one.ItemId is { } item ? $"item-{item}" : $"task-{one.QuickTaskId}";
            yield return new CalendarEvent(
                $"{of}@smartflow",
                study.TitleOf(one.Subject),
                from,
                to,
                "",
                study.ClassOf(one.Subject)?.Name ?? "",
                null
            );
        }
    }

    private static string Described(Occurrence one) =>
        one.IsEvent
            ? one.Course.Note ?? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(one.Teacher.Length > 0 ? one.Teacher + "\n" : "")}{one.SectionFrom}-{one.SectionTo}"
            );
}
