using SmartFlow.Contracts.Events;
using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Planner.Schedule;

/// <summary>A rule of the class that a block placed by hand does not keep: allowed, and said.</summary>
/// <param name="Because">What the rule goes back to, where it is the user's own word: the title of a memory.</param>
internal sealed record Warning(long PlacementId, long? ItemId, long? QuickTaskId, string Rule, string? Because = null);

/// <summary>What a plan would not do and a hand may. Pure.</summary>
internal static class Warnings
{
    public const string OutsideDates = "outside_dates";
    public const string ExcludedDay = "excluded_day";
    public const string ExcludedPair = "excluded_pair";
    public const string FillerNotAllowed = "filler_not_allowed";
    public const string AfterDeadline = "after_deadline";
    public const string Holiday = "holiday";
    public const string Past = "past";

    /// <summary>In hours in which the user does not study.</summary>
    public const string OutsideHours = "outside_hours";

    public static IEnumerable<Warning> Of(TermState state, StudyBlock block, DateTimeOffset now)
    {
        var (item, owner, task) = (
            state.ItemOf(block.Subject),
            state.ClassOf(block.Subject),
            state.TaskOf(block.Subject)
        );
        var (starts, ends) = state.Calendar.TimesOf(
            block.At.Week,
            block.At.Day,
            block.At.SectionFrom,
            block.At.SectionTo
        );
        var rules = new List<string>();
        if (owner is not null)
            rules.AddRange(OfClass(owner, block, state.Calendar.DateOf(block.At.Week, block.At.Day)));
        if (ends > (item?.DeadlineAt ?? task?.DeadlineAt))
            rules.Add(AfterDeadline);
        if (!state.Term.StudyOnHolidays && state.Calendar.IsOff(block.At.Week, block.At.Day))
            rules.Add(Holiday);
        if (starts < now)
            rules.Add(Past);
        foreach (var rule in rules)
            yield return new Warning(block.PlacementId, block.Subject.ItemId, block.Subject.QuickTaskId, rule);
        if (HoursAgainst(state, block.At) is { } hours)
            yield return new Warning(
                block.PlacementId,
                block.Subject.ItemId,
                block.Subject.QuickTaskId,
                OutsideHours,
                hours.Title
            );
    }

    private static IEnumerable<string> OfClass(TaskClass owner, StudyBlock block, DateOnly date)
    {
        if (date < owner.StartDate || date > owner.EndDate)
            yield return OutsideDates;
        if ((owner.ExcludedDays & 1 << (block.At.Day - 1)) != 0)
            yield return ExcludedDay;
        if (Pairs(block.At).Any(p => (owner.ExcludedPairs & 1 << (p - 1)) != 0))
            yield return ExcludedPair;
        if (block.ArrangementId is not null && !owner.AllowFillerCourses)
            yield return FillerNotAllowed;
    }

    private static StudyHours? HoursAgainst(TermState state, Slot at) =>
        Enumerable
            .Range(at.SectionFrom, at.Sections)
            .Select(s => state.ForbiddenAt(at.Week, at.Day, s))
            .FirstOrDefault(h => h is not null);

    private static IEnumerable<int> Pairs(Slot at) =>
        Enumerable.Range(at.SectionFrom, at.Sections).Select(s => (s + 1) / 2).Distinct();
}
