using SmartFlow.Planner.Courses;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Schedule;

/// <summary>Sections beside each other that are in the same state.</summary>
/// <param name="State">free, filler, or why study may not stand there.</param>
/// <param name="Title">What stands there.</param>
/// <param name="Fits">Something of the wanted length may stand here.</param>
internal sealed record SlotState(int SectionFrom, int SectionTo, string State, string? Title, bool Fits);

/// <summary>What is free in a term from now on, and why the rest is not. Pure.</summary>
internal sealed class FreeSlots
{
    private readonly TermState state;
    private readonly TaskClass? plan;
    private readonly int now;
    private readonly ILookup<(int Week, int Day), Occurrence> courses;
    private readonly ILookup<(int Week, int Day), Placement> study;

    /// <param name="state">The whole term.</param>
    /// <param name="plan">Whose rules count as well; null: none.</param>
    /// <param name="now">What has begun by then is past.</param>
    public FreeSlots(TermState state, TaskClass? plan, DateTimeOffset now)
    {
        (this.state, this.plan, this.now) = (state, plan, state.Calendar.IndexFrom(now));
        courses = state.Occurrences.OrderBy(o => o.Embeddable).ToLookup(o => (o.Week, o.Day));
        study = state.Placements.ToLookup(p => (p.Week, p.Day));
    }

    public IEnumerable<SlotState> RunsOf(SlotDay day, int sections)
    {
        List<(string State, string? Title)> each =
        [
            .. Enumerable.Range(1, state.Calendar.SectionsPerDay).Select(s => Of(day, s)),
        ];
        for (var from = 0; from < each.Count; )
        {
            var to = from;
            while (to + 1 < each.Count && each[to + 1] == each[from])
                to++;
            yield return new SlotState(
                from + 1,
                to + 1,
                each[from].State,
                each[from].Title,
                each[from].State is "free" or "filler" && to - from + 1 >= sections
            );
            from = to + 1;
        }
    }

    /// <summary>Sections in which nothing stands, from now on.</summary>
    public int FreeOn(SlotDay day) =>
        Enumerable.Range(1, state.Calendar.SectionsPerDay).Count(s => Of(day, s).State == "free");

    private (string State, string? Title) Of(SlotDay day, int section)
    {
        if (
            study[(day.Week, day.Day)].FirstOrDefault(p => p.SectionFrom <= section && section <= p.SectionTo) is
            { } block
        )
            return ("study", state.TitleOf(block.Subject));
        var course = courses[(day.Week, day.Day)]
            .FirstOrDefault(o => o.SectionFrom <= section && section <= o.SectionTo);
        if (course is { IsEvent: true })
            return ("event", course.Course.Name);
        var taken =
            course is not null
            && study[(day.Week, day.Day)]
                .Any(p => p.SectionFrom <= course.SectionTo && course.SectionFrom <= p.SectionTo);
        if (course is not null && (!course.Embeddable || taken || plan is { AllowFillerCourses: false }))
            return ("course", course.Course.Name);
        if (!state.Term.StudyOnHolidays && state.Calendar.IsOff(day.Week, day.Day))
            return ("holiday", state.Calendar.NameOfHoliday(day.Week, day.Day));
        if (state.Calendar.Index(day.Week, day.Day, section) < now)
            return ("past", null);
        if (RuleOf(day, section) is { } rule)
            return (rule, null);
        if (state.ForbiddenAt(day.Week, day.Day, section) is { } hours)
            return (Warnings.OutsideHours, hours.Title);
        return course is null ? ("free", null) : ("filler", course.Course.Name);
    }

    private string? RuleOf(SlotDay day, int section)
    {
        if (plan is null)
            return null;
        var date = state.Calendar.DateOf(day.Week, day.Day);
        if (date < plan.StartDate || date > plan.EndDate)
            return Warnings.OutsideDates;
        if ((plan.ExcludedDays & 1 << (day.Day - 1)) != 0)
            return Warnings.ExcludedDay;
        return (plan.ExcludedPairs & 1 << ((section - 1) / 2)) != 0 ? Warnings.ExcludedPair : null;
    }
}
