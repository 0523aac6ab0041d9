using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Schedule;

/// <summary>What is wrong, how grave it is, and what would help; words that programs compare.</summary>
internal sealed record HealthIssue(string Kind, string Severity, string Title, string Action)
{
    public DateOnly? Date { get; init; }

    public int Sections { get; init; }

    public long? TaskClassId { get; init; }

    public long? PlacementId { get; init; }

    public long? QuickTaskId { get; init; }
}

internal sealed record LoadOfWeek(int Week, int Courses, int Study, int Free);

/// <summary>
/// How a stretch of the term looks: load, rhythm, switches, and whether what is still to do fits. Pure.
/// </summary>
internal sealed class ScheduleHealth
{
    /// <summary>Study sections of one day from which it counts as overloaded.</summary>
    public const int OverloadedSections = 9;

    /// <summary>Changes between study plans on one day that are too many.</summary>
    public const int SwitchesMax = 3;

    private static readonly string[] Severities = ["high", "medium", "low"];
    private readonly TermState state;
    private readonly DateTimeOffset now;
    private readonly List<SlotDay> days;
    private readonly List<BlockView> study;
    private readonly DayShape shape;

    /// <param name="state">The whole term, with every item of the study plans.</param>
    /// <param name="plans">Study plans that are not over.</param>
    /// <param name="tasks">Open quick tasks that are important and urgent.</param>
    /// <param name="days">The days that are looked at.</param>
    /// <param name="now">What has begun by then is past.</param>
    public ScheduleHealth(
        TermState state,
        IReadOnlyList<TaskClass> plans,
        IReadOnlyList<QuickTasks.QuickTask> tasks,
        IReadOnlyList<SlotDay> days,
        DateTimeOffset now
    )
    {
        (this.state, this.now, this.days) = (state, now, [.. days]);
        shape = DayShape.Of([
            .. state.Term.SectionTimes.Select(t =>
                (t.Starts.Hour * 60 + t.Starts.Minute, t.Ends.Hour * 60 + t.Ends.Minute)
            ),
        ]);
        var inside = days.ToHashSet();
        study =
        [
            .. GetWeek
                .BlocksOf(state, now)
                .Where(b => b.Kind is BlockKind.Item or BlockKind.Task && inside.Contains(new SlotDay(b.Week, b.Day))),
        ];
        var free = new FreeSlots(state, null, now);
        Weeks =
        [
            .. days.GroupBy(d => d.Week)
                .Select(g => new LoadOfWeek(g.Key, CoursesOf(g), StudyOf(g), g.Sum(free.FreeOn))),
        ];
        Unplaced = [.. plans.SelectMany(ItemsWithoutPlace)];
        Issues =
        [
            .. OfBlocks()
                .Concat(OfDays())
                .Concat(plans.SelectMany(p => OfPlan(p, free)))
                .Concat(OfTasks(tasks))
                .OrderBy(i => Array.IndexOf(Severities, i.Severity))
                .ThenBy(i => i.Date ?? DateOnly.MaxValue),
        ];
    }

    public IReadOnlyList<LoadOfWeek> Weeks { get; }

    public IReadOnlyList<HealthIssue> Issues { get; }

    public IReadOnlyList<TaskItem> Unplaced { get; }

    public IReadOnlyList<BlockView> Study => study;

    /// <summary>The day with the most study, the first of them; null: there is none.</summary>
    public (DateOnly Date, int Sections)? Busiest =>
        study.Count == 0
            ? null
            : study
                .GroupBy(b => (b.Week, b.Day))
                .Select(g => (state.Calendar.DateOf(g.Key.Week, g.Key.Day), g.Sum(Sections)))
                .MaxBy(d => d.Item2);

    public int StudyDays => study.DistinctBy(b => (b.Week, b.Day)).Count();

    public int Switches => study.GroupBy(b => (b.Week, b.Day)).Sum(SwitchesOf);

    public int SectionsIn(TimeOfDay time) =>
        study.Sum(b => Enumerable.Range(b.SectionFrom, Sections(b)).Count(s => shape.Time(s - 1) == time));

    private static int Sections(BlockView b) => b.SectionTo - b.SectionFrom + 1;

    private int CoursesOf(IEnumerable<SlotDay> of)
    {
        var inside = of.ToHashSet();
        return state
            .Occurrences.Where(o => inside.Contains(new SlotDay(o.Week, o.Day)))
            .Sum(o => o.SectionTo - o.SectionFrom + 1);
    }

    private int StudyOf(IEnumerable<SlotDay> of)
    {
        var inside = of.ToHashSet();
        return study.Where(b => inside.Contains(new SlotDay(b.Week, b.Day))).Sum(Sections);
    }

    private static int SwitchesOf(IEnumerable<BlockView> day)
    {
        var plans = day.OrderBy(b => b.SectionFrom).Select(b => b.TaskClassId).OfType<long>().ToArray();
        return plans.Zip(plans.Skip(1)).Count(p => p.First != p.Second);
    }

    /// <summary>Neither done nor placed, or placed and missed.</summary>
    private IEnumerable<TaskItem> ItemsWithoutPlace(TaskClass plan) =>
        state
            .Items.Values.Where(i =>
                i.TaskClassId == plan.Id
                && i.DoneAt is null
                && !state.Elsewhere.ContainsKey(Subject.Item(i.Id))
                && !state.Placements.Exists(p => p.ItemId == i.Id && !p.Missed)
            )
            .OrderBy(i => i.Position);

    private IEnumerable<HealthIssue> OfBlocks()
    {
        foreach (var b in study)
        {
            var date = state.Calendar.DateOf(b.Week, b.Day);
            if (b.Conflict)
                yield return Of("conflict", "high", "move");
            else if (b.Missed)
                yield return Of("missed", "medium", "run_scheduler");
            else if (!b.Done && b.EndsAt > b.DeadlineAt)
                yield return Of("after_deadline", "high", "move");

            HealthIssue Of(string kind, string severity, string action) =>
                new(kind, severity, b.Title, action)
                {
                    Date = date,
                    Sections = Sections(b),
                    TaskClassId = b.TaskClassId,
                    PlacementId = b.Id,
                };
        }
    }

    private IEnumerable<HealthIssue> OfDays()
    {
        foreach (var day in study.Where(b => !b.Passed).GroupBy(b => (b.Week, b.Day)))
        {
            var (date, sections, switches) = (
                state.Calendar.DateOf(day.Key.Week, day.Key.Day),
                day.Sum(Sections),
                SwitchesOf(day)
            );
            if (sections >= OverloadedSections)
                yield return new HealthIssue("overloaded_day", "medium", "", "lighten")
                {
                    Date = date,
                    Sections = sections,
                };
            if (switches > SwitchesMax)
                yield return new HealthIssue("many_switches", "low", "", "lighten")
                {
                    Date = date,
                    Sections = switches,
                };
        }
    }

    private IEnumerable<HealthIssue> OfPlan(TaskClass plan, FreeSlots free)
    {
        var left = Unplaced.Where(i => i.TaskClassId == plan.Id).Sum(i => i.Sections);
        if (left == 0)
            yield break;
        var room = state.Calendar.DaysBetween(plan.StartDate, plan.EndDate).Sum(free.FreeOn);
        yield return room < left
            ? new HealthIssue("does_not_fit", "high", plan.Name, "extend_plan")
            {
                Date = plan.EndDate,
                Sections = left - room,
                TaskClassId = plan.Id,
            }
            : new HealthIssue("unplaced", "medium", plan.Name, "run_scheduler")
            {
                Date = plan.EndDate,
                Sections = left,
                TaskClassId = plan.Id,
            };
    }

    private IEnumerable<HealthIssue> OfTasks(IEnumerable<QuickTasks.QuickTask> tasks) =>
        tasks
            .Where(t => !state.Placements.Exists(p => p.QuickTaskId == t.Id))
            .Select(t => new HealthIssue("task_without_place", "medium", t.Title, "place")
            {
                QuickTaskId = t.Id,
                Sections = t.EstimatedSections,
                Date = t.DeadlineAt is { } at ? state.Calendar.DateAt(at) : null,
            });
}
