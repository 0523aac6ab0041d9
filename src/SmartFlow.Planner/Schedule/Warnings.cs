using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Planner.Schedule;

/// <summary>A rule of the class that a block placed by hand does not keep: allowed, and said.</summary>
internal sealed record Warning(long PlacementId, long? ItemId, long? QuickTaskId, string Rule);

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

    public static IEnumerable<Warning> Of(TermState state, StudyBlock block, DateTimeOffset now)
    {
        var (item, owner, task) = (state.ItemOf(block.Subject), state.ClassOf(block.Subject), state.TaskOf(block.Subject));
        var (starts, ends) = state.Calendar.TimesOf(block.At.Week, block.At.Day, block.At.SectionFrom, block.At.SectionTo);
        var rules = new List<string>();
        if (owner is not null) rules.AddRange(OfClass(owner, block, state.Calendar.DateOf(block.At.Week, block.At.Day)));
        if (ends > (item?.DeadlineAt ?? task?.DeadlineAt)) rules.Add(AfterDeadline);
        if (!state.Term.StudyOnHolidays && state.Calendar.IsOff(block.At.Week, block.At.Day)) rules.Add(Holiday);
        if (starts < now) rules.Add(Past);
        return rules.Select(r => new Warning(block.PlacementId, block.Subject.ItemId, block.Subject.QuickTaskId, r));
    }

    private static IEnumerable<string> OfClass(TaskClass owner, StudyBlock block, DateOnly date)
    {
        if (date < owner.StartDate || date > owner.EndDate) yield return OutsideDates;
        if ((owner.ExcludedDays & 1 << (block.At.Day - 1)) != 0) yield return ExcludedDay;
        if (Pairs(block.At).Any(p => (owner.ExcludedPairs & 1 << (p - 1)) != 0)) yield return ExcludedPair;
        if (block.ArrangementId is not null && !owner.AllowFillerCourses) yield return FillerNotAllowed;
    }

    private static IEnumerable<int> Pairs(Slot at) => Enumerable.Range(at.SectionFrom, at.Sections).Select(s => (s + 1) / 2).Distinct();
}
