using System.Collections.Immutable;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// What stands in a term, and the one door to changing it: all wishes together or none. Pure and immutable. After every
/// change no two blocks overlap (see <see cref="Occupancy"/>) and no pair of a class's items was turned around.
/// </summary>
internal sealed class TermSchedule
{
    private readonly Grid grid;
    private readonly IReadOnlyList<CourseTime> courses;
    private readonly IReadOnlyDictionary<long, ItemPlace> places;
    private readonly Slot? now;

    /// <param name="grid">The term's size.</param>
    /// <param name="courses">Everything that takes place in it.</param>
    /// <param name="places">The order of items; one that is missing has none.</param>
    /// <param name="blocks">What stands there.</param>
    /// <param name="now">The first section that has not begun.</param>
    public TermSchedule(
        Grid grid,
        IReadOnlyList<CourseTime> courses,
        IReadOnlyDictionary<long, ItemPlace> places,
        IEnumerable<StudyBlock> blocks,
        Slot? now = null
    )
        : this(grid, courses, places, blocks.ToImmutableDictionary(b => b.Subject), now) { }

    private TermSchedule(
        Grid grid,
        IReadOnlyList<CourseTime> courses,
        IReadOnlyDictionary<long, ItemPlace> places,
        ImmutableDictionary<Subject, StudyBlock> blocks,
        Slot? now
    )
    {
        (this.grid, this.courses, this.places, this.now) = (grid, courses, places, now);
        Blocks = blocks;
    }

    public ImmutableDictionary<Subject, StudyBlock> Blocks { get; }

    public bool HasBegun(Slot slot) => now is { } from && slot.StartsBefore(from);

    /// <summary>Grants all wishes at once: a swap needs no free third place.</summary>
    /// <param name="wishes">At most one for each subject.</param>
    /// <param name="allowReorder">Items may pass each other.</param>
    public Rearrangement Rearrange(IReadOnlyCollection<Wish> wishes, bool allowReorder)
    {
        foreach (var wish in wishes)
            if (
                Blocks.TryGetValue(wish.Subject, out var held)
                && held.Locked
                && wish.Locked != false
                && wish.To != held.At
            )
                return new Rearrangement.Refused(new Refusal(Rules.Locked, wish.Subject, wish.To, [], [held]));
        return Grant([.. wishes.Select(w => (w.Subject, Wanted(w)))], allowReorder);
    }

    /// <summary>Puts back what a change found. Neither locks nor order forbid it, overlaps do.</summary>
    public Rearrangement Restore(IReadOnlyCollection<BlockChange> changes) =>
        Grant([.. changes.Select(c => (c.Subject, c.Before))], allowReorder: true);

    /// <summary>Blocks that may not stand where they do, because courses or days off came later.</summary>
    public IReadOnlySet<Subject> Conflicts()
    {
        var occupancy = Without([]);
        var found = new HashSet<Subject>();
        foreach (var block in Blocks.Values)
        {
            occupancy.Lift(block.Subject);
            if (occupancy.Check(block.At).Rule is not null)
                found.Add(block.Subject);
            occupancy.Put(block.Subject, block.At);
        }
        return found;
    }

    private StudyBlock? Wanted(Wish wish)
    {
        if (wish.To is not { } to)
            return null;
        if (!Blocks.TryGetValue(wish.Subject, out var held))
            return new StudyBlock(wish.Subject, to, null, wish.Locked ?? false, wish.Missed ?? false, wish.Origin, 0);
        var moves = held.At != to;
        return held with
        {
            At = to,
            Locked = wish.Locked ?? held.Locked,
            Missed = wish.Missed ?? (held.Missed && !moves),
            Origin = moves ? wish.Origin : held.Origin,
        };
    }

    private Rearrangement Grant(IReadOnlyList<(Subject Subject, StudyBlock? Wanted)> wanted, bool allowReorder)
    {
        var touched = wanted.Select(w => w.Subject).ToHashSet();
        var moving = wanted
            .Where(w => w.Wanted is null || Blocks.GetValueOrDefault(w.Subject)?.At != w.Wanted.At)
            .ToList();
        var occupancy = Without(moving.Select(w => w.Subject).ToHashSet());
        var after = Blocks.ToBuilder();
        after.RemoveRange(moving.Select(w => w.Subject));
        foreach (var (subject, block) in wanted.Except(moving))
            after[subject] = block! with { ArrangementId = Blocks[subject].ArrangementId };
        foreach (var (subject, block) in moving)
        {
            if (block is null)
                continue;
            var fit = occupancy.Check(block.At);
            if (fit.Rule is { } rule)
                return new Rearrangement.Refused(
                    new Refusal(rule, subject, block.At, fit.Courses, [.. fit.Blocks.Select(s => after[s])])
                );
            occupancy.Put(subject, block.At);
            after[subject] = block with { ArrangementId = fit.ArrangementId };
        }
        var result = after.ToImmutable();
        if (!allowReorder && Order.Inverted(Blocks, result, touched, places, now).ToList() is { Count: > 0 } inverted)
            return new Rearrangement.Refused(
                new Refusal(
                    Rules.Order,
                    inverted[0].Moved.Subject,
                    inverted[0].Moved.At,
                    [],
                    [.. inverted.Where(i => i.Moved == inverted[0].Moved).Select(i => i.Neighbour)]
                )
            );
        BlockChange[] changes =
        [
            .. wanted
                .Select(w => new BlockChange(
                    w.Subject,
                    Blocks.GetValueOrDefault(w.Subject),
                    result.GetValueOrDefault(w.Subject)
                ))
                .Where(c => c.Before != c.After),
        ];
        return new Rearrangement.Done(new TermSchedule(grid, courses, places, result, now), changes);
    }

    private Occupancy Without(HashSet<Subject> moving)
    {
        var occupancy = new Occupancy(grid, courses);
        foreach (var block in Blocks.Values)
            if (!moving.Contains(block.Subject))
                occupancy.Put(block.Subject, block.At);
        return occupancy;
    }
}

/// <summary>What became of wishes.</summary>
internal abstract record Rearrangement
{
    /// <param name="After">The schedule with all of them.</param>
    /// <param name="Changes">Only what really changed.</param>
    internal sealed record Done(TermSchedule After, IReadOnlyList<BlockChange> Changes) : Rearrangement;

    internal sealed record Refused(Refusal Refusal) : Rearrangement;
}
