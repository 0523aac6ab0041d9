using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// What stands in a term and what it is, read in one go: what a view shows and what the rules decide on.
/// </summary>
internal sealed class TermState
{
    private TermState(Term term, IReadOnlyList<Course> courses, int? week)
    {
        Term = term;
        Calendar = new TermCalendar(term);
        var timetable = new Timetable(Calendar, courses);
        Occurrences = week is { } one
            ? [.. Enumerable.Range(1, 7).SelectMany(day => timetable.OccurrencesOn(one, day))]
            : [.. timetable.Occurrences()];
    }

    public Term Term { get; }

    public TermCalendar Calendar { get; }

    public IReadOnlyList<Occurrence> Occurrences { get; }

    public required List<Placement> Placements { get; init; }

    public required IReadOnlyDictionary<long, TaskItem> Items { get; init; }

    public required IReadOnlyDictionary<long, TaskClass> Classes { get; init; }

    public required IReadOnlyDictionary<long, QuickTask> QuickTasks { get; init; }

    /// <summary>Hours in which the user does not study or likes to, from their memory.</summary>
    public required IReadOnlyList<StudyHours> Hours { get; init; }

    /// <summary>Subjects that stand in another term: of those that were named, and of whole classes.</summary>
    public required IReadOnlyDictionary<Subject, Elsewhere> Elsewhere { get; init; }

    /// <summary>
    /// One week of the term, or all of it; with the subjects that are named although they stand nowhere yet.
    /// </summary>
    public static Task<TermState> LoadAsync(
        PlannerDb db,
        Term term,
        int? week,
        IReadOnlyCollection<Subject> also,
        CancellationToken cancellationToken
    ) => LoadAsync(db, term, week, also, [], cancellationToken);

    /// <summary>As above, with every item of some classes.</summary>
    public static async Task<TermState> LoadAsync(
        PlannerDb db,
        Term term,
        int? week,
        IReadOnlyCollection<Subject> also,
        IReadOnlyCollection<long> wholeClasses,
        CancellationToken cancellationToken
    )
    {
        var (userId, termId) = (term.UserId, term.Id);
        var courses = await db
            .Courses.AsNoTracking()
            .Include(c => c.Arrangements)
            .Where(c => c.UserId == userId && c.TermId == termId)
            .ToListAsync(cancellationToken);
        var placed = db.Placements.Where(p =>
            p.UserId == userId && p.TermId == termId && (week == null || p.Week == week)
        );
        var itemIds = also.Select(s => s.ItemId).OfType<long>().ToArray();
        var taskIds = also.Select(s => s.QuickTaskId).OfType<long>().ToArray();
        var items = await db
            .TaskItems.Where(i =>
                i.UserId == userId
                && (itemIds.Contains(i.Id) || wholeClasses.Contains(i.TaskClassId) || placed.Any(p => p.ItemId == i.Id))
            )
            .ToDictionaryAsync(i => i.Id, cancellationToken);
        var classIds = items.Values.Select(i => i.TaskClassId).Distinct().ToArray();
        return new TermState(term, courses, week)
        {
            Placements = await placed.OrderBy(p => p.Id).ToListAsync(cancellationToken),
            Items = items,
            Classes = await db
                .TaskClasses.AsNoTracking()
                .Where(c => c.UserId == userId && classIds.Contains(c.Id))
                .ToDictionaryAsync(c => c.Id, cancellationToken),
            QuickTasks = await db
                .QuickTasks.AsNoTracking()
                .Where(t => t.UserId == userId && (taskIds.Contains(t.Id) || placed.Any(p => p.QuickTaskId == t.Id)))
                .ToDictionaryAsync(t => t.Id, cancellationToken),
            Hours = await UserHours.ReadAsync(db, userId, cancellationToken),
            Elsewhere = await ElsewhereAsync(db, term, itemIds, taskIds, wholeClasses, cancellationToken),
        };
    }

    private static async Task<Dictionary<Subject, Elsewhere>> ElsewhereAsync(
        PlannerDb db,
        Term term,
        long[] itemIds,
        long[] taskIds,
        IReadOnlyCollection<long> wholeClasses,
        CancellationToken cancellationToken
    )
    {
        if (itemIds.Length + taskIds.Length + wholeClasses.Count == 0)
            return [];
        var (userId, termId) = (term.UserId, term.Id);
        var found = await db
            .Placements.AsNoTracking()
            .Where(p =>
                p.UserId == userId
                && p.TermId != termId
                && (
                    itemIds.Contains(p.ItemId ?? 0)
                    || taskIds.Contains(p.QuickTaskId ?? 0)
                    || db.TaskItems.Any(i => i.Id == p.ItemId && wholeClasses.Contains(i.TaskClassId))
                )
            )
            .Join(db.Terms.AsNoTracking(), p => p.TermId, t => t.Id, (p, t) => new Elsewhere(p, t))
            .ToListAsync(cancellationToken);
        return found.ToDictionary(e => e.Placement.Subject);
    }

    /// <param name="now">What has begun by then holds no other item back; absent: everything holds.</param>
    public TermSchedule Schedule(DateTimeOffset? now = null) =>
        new(
            new Grid(Calendar.Weeks, Calendar.SectionsPerDay),
            [.. Occurrences.Select(TimeOf)],
            Items.ToDictionary(
                i => i.Key,
                i => new ItemPlace(i.Value.TaskClassId, i.Value.Position, i.Value.DoneAt is not null)
            ),
            Placements.Select(p => p.ToBlock()),
            now is { } at ? FirstFrom(at) : null
        );

    /// <summary>The first section that has not begun; after the term its end.</summary>
    private Slot FirstFrom(DateTimeOffset now)
    {
        var (week, day, section) = Calendar.Slot(Calendar.IndexFrom(now));
        return new Slot(week, day, section, section);
    }

    /// <summary>What says that nothing is to stand in a section; null: nothing does.</summary>
    public StudyHours? ForbiddenAt(int week, int day, int section)
    {
        if (Hours.Count == 0)
            return null;
        var (from, to) = MinutesOf(section);
        return Hours.FirstOrDefault(h =>
            h.Forbidden
            && h.Touch(day, from, to)
            && !(h.ExpiresAt <= Calendar.TimesOf(week, day, section, section).From)
        );
    }

    /// <summary>A section's begin and end in minutes after midnight.</summary>
    public (int From, int To) MinutesOf(int section)
    {
        var (starts, ends) = (Term.SectionTimes[section - 1].Starts, Term.SectionTimes[section - 1].Ends);
        return (starts.Hour * 60 + starts.Minute, ends.Hour * 60 + ends.Minute);
    }

    public Placement? Find(long placementId) => Placements.Find(p => p.Id == placementId);

    public bool Knows(Subject subject) =>
        subject.ItemId is { } item
            ? Items.ContainsKey(item)
            : subject.QuickTaskId is { } task && QuickTasks.ContainsKey(task);

    public TaskItem? ItemOf(Subject subject) => subject.ItemId is { } id ? Items.GetValueOrDefault(id) : null;

    public TaskClass? ClassOf(Subject subject) =>
        ItemOf(subject) is { } item ? Classes.GetValueOrDefault(item.TaskClassId) : null;

    public QuickTask? TaskOf(Subject subject) =>
        subject.QuickTaskId is { } id ? QuickTasks.GetValueOrDefault(id) : null;

    public string TitleOf(Subject subject) => ItemOf(subject)?.Content ?? TaskOf(subject)?.Title ?? "";

    /// <summary>The filler course that a block would lie inside.</summary>
    public long? FillerAt(Slot slot) =>
        Occurrences.FirstOrDefault(o => o.Embeddable && TimeOf(o).At.Contains(slot))?.Arrangement.Id;

    public int SectionsOf(Subject subject) => ItemOf(subject)?.Sections ?? TaskOf(subject)?.EstimatedSections ?? 1;

    public static CourseTime TimeOf(Occurrence o) =>
        new(o.Arrangement.Id, o.Course.Name, new Slot(o.Week, o.Day, o.SectionFrom, o.SectionTo), o.Embeddable)
        {
            Kind = o.IsEvent ? BlockKind.Event : BlockKind.Course,
        };
}

/// <summary>Where an item or a quick task stands in another term than the one that is looked at.</summary>
internal sealed record Elsewhere(Placement Placement, Term Term)
{
    public bool HasBegun(DateTimeOffset now)
    {
        var (calendar, at) = (new TermCalendar(Term), Placement.At);
        return calendar.TimesOf(at.Week, at.Day, at.SectionFrom, at.SectionTo).From <= now;
    }
}
