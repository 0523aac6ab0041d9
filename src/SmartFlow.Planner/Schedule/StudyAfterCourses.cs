using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Events;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Schedule;

/// <summary>A study block that lost its place to a course; enough to put it back.</summary>
internal sealed record LostBlock(
    long? ItemId,
    long? QuickTaskId,
    int Week,
    int Day,
    int SectionFrom,
    int SectionTo,
    bool Locked,
    Origin Origin
)
{
    public static LostBlock Of(Placement p) =>
        new(p.ItemId, p.QuickTaskId, p.Week, p.Day, p.SectionFrom, p.SectionTo, p.Locked, p.Origin);
}

/// <summary>What stood in conflict before a change of courses or events.</summary>
internal sealed record Misplaced(IReadOnlySet<Subject> Study, IReadOnlySet<EventClash.Identity> Events);

/// <summary>What a change of courses put out of its place.</summary>
internal sealed record GaveWay(IReadOnlyList<LostWeeks> Events, IReadOnlyList<LostBlock> Blocks);

/// <summary>
/// What a change of courses means for the study blocks of a term, by the rules of <see cref="Occupancy"/>: what stands
/// inside a filler course now says so, and what may no longer stand is in the way. Asked inside the transaction that
/// changed the courses.
/// </summary>
internal static class StudyAfterCourses
{
    /// <summary>What may not stand where it does.</summary>
    public static async Task<Misplaced> ConflictsAsync(PlannerDb db, Term term, CancellationToken cancellationToken)
    {
        var state = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        return new Misplaced(
            state.Schedule().Conflicts(),
            EventClash.Of(state.Occurrences).Select(c => c.Key).ToHashSet()
        );
    }

    /// <summary>
    /// Makes events and blocks fit the courses as they are now; saved courses, unsaved events and blocks.
    /// </summary>
    /// <param name="db">The transaction's.</param>
    /// <param name="term">The user's.</param>
    /// <param name="before">What was in conflict already: it is none of this change's business.</param>
    /// <param name="replace">Blocks in the way lose their place, and events that time; not for the sake of an
    /// event.</param>
    /// <param name="savedEvent">The event that was changed; null: courses were.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="Platform.Errors.RefusedException">conflict naming what is in the way, unless it is to be
    /// replaced.</exception>
    public static async Task<GaveWay> FitAsync(
        PlannerDb db,
        Term term,
        Misplaced before,
        bool replace,
        long? savedEvent,
        CancellationToken cancellationToken
    )
    {
        await db.SaveChangesAsync(cancellationToken);
        var state = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        var clashes = EventClash.Of(state.Occurrences).Where(c => !before.Events.Contains(c.Key)).ToArray();
        EventClash.Refuse(clashes, savedEvent, replace);
        var events = clashes.Length == 0 ? [] : await EventClash.TakeAsync(db, term, clashes, cancellationToken);
        if (events.Count > 0)
        {
            await db.SaveChangesAsync(cancellationToken);
            state = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        }
        return new GaveWay(events, Fit(db, state, before.Study, replace));
    }

    private static List<LostBlock> Fit(PlannerDb db, TermState state, IReadOnlySet<Subject> before, bool replace)
    {
        var occupancy = new Occupancy(
            new Grid(state.Calendar.Weeks, state.Calendar.SectionsPerDay),
            [.. state.Occurrences.Select(TermState.TimeOf)]
        );
        foreach (var placement in state.Placements)
            occupancy.Put(placement.Subject, placement.At);
        List<Placement> inTheWay = [];
        foreach (var placement in state.Placements)
        {
            occupancy.Lift(placement.Subject);
            var fit = occupancy.Check(placement.At);
            occupancy.Put(placement.Subject, placement.At);
            if (fit.Rule is null)
                placement.ArrangementId = fit.ArrangementId;
            else if (!before.Contains(placement.Subject))
                inTheWay.Add(placement);
        }
        if (inTheWay.Count == 0)
            return [];
        if (!replace)
            throw GiveWay.Refuse([.. inTheWay.Select(p => Conflict.WithPlacement(p, state.TitleOf(p.Subject)))]);
        foreach (var placement in inTheWay)
        {
            db.Placements.Remove(placement);
            if (state.ItemOf(placement.Subject) is { } item)
                item.Status = ItemStatus.Unscheduled;
        }
        return [.. inTheWay.Select(LostBlock.Of)];
    }

    /// <summary>Puts blocks back that still exist, stand nowhere else and have their place free.</summary>
    public static async Task PutBackAsync(
        PlannerDb db,
        Term term,
        IReadOnlyList<LostBlock> lost,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (lost.Count == 0)
            return;
        await db.SaveChangesAsync(cancellationToken);
        Subject[] subjects = [.. lost.Select(l => new Subject(l.ItemId, l.QuickTaskId))];
        var state = await TermState.LoadAsync(db, term, null, subjects, cancellationToken);
        var occupancy = new Occupancy(
            new Grid(state.Calendar.Weeks, state.Calendar.SectionsPerDay),
            [.. state.Occurrences.Select(TermState.TimeOf)]
        );
        foreach (var placement in state.Placements)
            occupancy.Put(placement.Subject, placement.At);
        var standing = state.Placements.Select(p => p.Subject).Concat(state.Elsewhere.Keys).ToHashSet();
        foreach (var (block, subject) in lost.Zip(subjects))
        {
            var slot = new Slot(block.Week, block.Day, block.SectionFrom, block.SectionTo);
            if (!state.Knows(subject) || !standing.Add(subject) || occupancy.Check(slot) is not { Rule: null } fit)
                continue;
            occupancy.Put(subject, slot);
            db.Placements.Add(
                new Placement
                {
                    UserId = term.UserId,
                    TermId = term.Id,
                    ItemId = block.ItemId,
                    QuickTaskId = block.QuickTaskId,
                    Week = block.Week,
                    Day = block.Day,
                    SectionFrom = block.SectionFrom,
                    SectionTo = block.SectionTo,
                    ArrangementId = fit.ArrangementId,
                    Locked = block.Locked,
                    Origin = block.Origin,
                    CreatedAt = now,
                    UpdatedAt = now,
                }
            );
            if (state.ItemOf(subject) is { } item)
                item.Status = ItemStatus.Applied;
        }
    }
}
