using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// From rows to the solver's problem and back. Pure. The solver counts sections from 0 over the whole term and knows
/// neither dates nor ids of rows; what stands and is not to be planned becomes part of the timetable.
/// </summary>
internal sealed class ProblemOf
{
    private readonly TermState state;
    private readonly PlanRequest request;
    private readonly DateTimeOffset at;
    private readonly int now;
    private readonly HashSet<long> missed;
    private readonly Dictionary<Subject, StudyBlock> blocks;

    public ProblemOf(TermState state, IReadOnlyList<TaskClass> classes, PlanRequest request, DateTimeOffset at)
    {
        (this.state, this.request, this.at, Classes) = (state, request, at, classes);
        now = state.Calendar.IndexFrom(at);
        missed = [.. request.MissedItemIds ?? []];
        blocks = state.Placements.ToDictionary(p => p.Subject, p => p.ToBlock());
        Items = [.. classes.Select(c => ItemsOf(c.Id))];
        Problem = Build();
    }

    public PlanProblem Problem { get; }

    public IReadOnlyList<TaskClass> Classes { get; }

    /// <summary>
    /// The items that take part, by class in order: all but those that are ticked off or count as done.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<TaskItem>> Items { get; }

    public Slot SlotOf(int start, int sections)
    {
        var (week, day, section) = state.Calendar.Slot(start);
        return Slot.Of(week, day, section, sections);
    }

    public int StartOf(Slot slot) => state.Calendar.Index(slot.Week, slot.Day, slot.SectionFrom);

    /// <summary>Where an item stands now.</summary>
    public StudyBlock? BlockOf(long itemId) => blocks.GetValueOrDefault(Subject.Item(itemId));

    /// <summary>The user said that its block was not done: now, or earlier.</summary>
    public bool Missed(StudyBlock block) => block.Missed || (block.Subject.ItemId is { } id && missed.Contains(id));

    /// <summary>Its block has begun: it belongs to the past.</summary>
    public bool Begun(StudyBlock block) => StartOf(block.At) < now;

    /// <summary>No plan moves it.</summary>
    public bool Stays(StudyBlock block) => block.Locked && !(Begun(block) && Missed(block));

    private PlanProblem Build() =>
        new()
        {
            // :: Step 1: the hours of a day, and what every section of the term holds before any study
            Shape = DayShape.Of([.. state.Term.SectionTimes.Select(t => (Minute(t.Starts), Minute(t.Ends)))]),
            Days = state.Calendar.Days,
            Slots = Timetable(),
            Forbidden = request.IgnoreHours == true ? [] : Forbidden(),
            Unwanted = Unwanted(),

            // :: Step 2: study that stays: other classes, quick tasks, what has begun or is ticked off
            Fixed = [.. blocks.Values.Where(b => !TakesPart(b.Subject)).Select(Fixed)],

            // :: Step 3: the classes with what is still to be done
            Classes = [.. Classes.Select((c, i) => ClassOf(c, Items[i]))],

            // :: Step 4: from now on, at what price, for how long
            Now = now,
            Weights = WeightFields.Of(request.Weights),
            Seed = request.Seed ?? 0,
            BudgetMs = request.BudgetMs ?? PlanRequest.DefaultBudgetMs,
        };

    private static int Minute(TimeOnly time) => time.Hour * 60 + time.Minute;

    private int[] Timetable()
    {
        var slots = new int[state.Calendar.Sections];
        var (calendar, filler) = (state.Calendar, 0);
        if (!state.Term.StudyOnHolidays)
            for (var day = 0; day < calendar.Days; day++)
                if (calendar.IsOff(day / 7 + 1, day % 7 + 1))
                    slots.AsSpan(day * calendar.SectionsPerDay, calendar.SectionsPerDay).Fill(SlotKind.Holiday);
        foreach (var o in state.Occurrences.OrderBy(o => o.Embeddable))
        {
            var at = slots.AsSpan(calendar.Index(o.Week, o.Day, o.SectionFrom), o.SectionTo - o.SectionFrom + 1);
            // A filler course beside another course at the same time is none.
            at.Fill(o.Embeddable && !at.ContainsAnyExcept(SlotKind.Free) ? ++filler : SlotKind.Course);
        }
        return slots;
    }

    /// <summary>The slots in which the user does not study; empty: there are none.</summary>
    private bool[] Forbidden()
    {
        if (!state.Hours.Any(h => h.Forbidden))
            return [];
        var forbidden = new bool[state.Calendar.Sections];
        for (var slot = 0; slot < forbidden.Length; slot++)
        {
            var (week, day, section) = state.Calendar.Slot(slot);
            forbidden[slot] = state.ForbiddenAt(week, day, section) is not null;
        }
        return forbidden;
    }

    /// <summary>Of a week's sections those outside the hours that the user likes; empty: they like all alike.</summary>
    private bool[] Unwanted()
    {
        var liked = state.Hours.Where(h => !h.Forbidden && !(h.ExpiresAt <= at)).ToArray();
        if (liked.Length == 0)
            return [];
        var sections = state.Calendar.SectionsPerDay;
        return
        [
            .. Enumerable
                .Range(0, 7 * sections)
                .Select(i =>
                {
                    var (from, to) = state.MinutesOf(i % sections + 1);
                    return !liked.Any(h => h.Touch(i / sections + 1, from, to));
                }),
        ];
    }

    private FixedBlock Fixed(StudyBlock block)
    {
        var owner = state.ClassOf(block.Subject);
        return new FixedBlock(
            StartOf(block.At),
            block.At.Sections,
            owner?.Id ?? 0,
            owner?.Difficulty == TaskClasses.Level.High
        );
    }

    private bool TakesPart(Subject subject) =>
        state.ItemOf(subject) is { } item && Classes.Any(c => c.Id == item.TaskClassId) && IsOpen(item);

    private List<TaskItem> ItemsOf(long classId) =>
        [.. state.Items.Values.Where(i => i.TaskClassId == classId && IsOpen(i)).OrderBy(i => i.Position)];

    /// <summary>
    /// A block that has begun counts as done unless it was missed; one in another term is that term's business unless
    /// it was missed.
    /// </summary>
    private bool IsOpen(TaskItem item)
    {
        if (item.DoneAt is not null)
            return false;
        if (state.Elsewhere.TryGetValue(Subject.Item(item.Id), out var other))
            return other.Placement.Missed;
        return BlockOf(item.Id) is not { } block || !Begun(block) || Missed(block);
    }

    private PlanClass ClassOf(TaskClass c, IReadOnlyList<TaskItem> items) =>
        new(c.Id, DayOf(c.StartDate), DayOf(c.EndDate), [.. items.Select(ItemOf)])
        {
            Strategy = (Strategy)(int)c.Strategy,
            Subject = (Scheduling.Subject)(int)c.Subject,
            Difficulty = (Scheduling.Level)(int)c.Difficulty,
            Intensity = (Scheduling.Level)(int)c.Intensity,
            AllowFiller = c.AllowFillerCourses,
            ExcludedPairs = c.ExcludedPairs,
            ExcludedDays = c.ExcludedDays,
        };

    /// <summary>Only a re-plan minds where an item stands now; a missed block's place is behind us.</summary>
    private PlanItem ItemOf(TaskItem item)
    {
        var block = BlockOf(item.Id);
        var stays = block is not null && Stays(block);
        var minds = block is not null && (stays || (request.Replan == true && !Begun(block)));
        return new PlanItem(
            item.Id,
            stays ? block!.At.Sections : item.Sections,
            Deadline(item.DeadlineAt),
            minds ? StartOf(block!.At) : null,
            stays
        );
    }

    /// <summary>The first section that ends after it.</summary>
    private int? Deadline(DateTimeOffset? deadline)
    {
        if (deadline is not { } at)
            return null;
        var index = state.Calendar.IndexFrom(at);
        if (index == 0)
            return 0;
        var (week, day, section) = state.Calendar.Slot(index - 1);
        return state.Calendar.TimesOf(week, day, section, section).To > at ? index - 1 : index;
    }

    private int DayOf(DateOnly date) => date.DayNumber - state.Term.FirstMonday.DayNumber;
}
