using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Schedule;

/// <summary>What somebody wants of a block, by ids and dates.</summary>
/// <param name="PlacementId">The block that stands; null: by its subject.</param>
/// <param name="Subject">The item or task; null: by the block.</param>
internal sealed record AskedWish(long? PlacementId, Subject? Subject)
{
    public DateOnly? Date { get; init; }

    public int SectionFrom { get; init; }

    public int? Sections { get; init; }

    public bool Unplace { get; init; }

    public bool? Locked { get; init; }

    public bool? Missed { get; init; }

    public long? SwapWith { get; init; }
}

/// <summary>A change that was made, or would be.</summary>
internal sealed record WishedChange(long Version, TermState State, IReadOnlyList<BlockChange> Changes);

/// <summary>
/// Several wishes of another module as one change through <see cref="ScheduleWriter"/>; a dry run decides by the same
/// rules and writes nothing.
/// </summary>
internal sealed class ChangeByWishes(
    ScheduleWriter writer,
    TermWriter terms,
    IDbContextFactory<PlannerDb> databases,
    TimeProvider clock
)
{
    /// <exception cref="RefusedException">conflict, invalid_argument, not_found as the rules say.</exception>
    public async Task<WishedChange> TryAsync(
        ulong userId,
        IReadOnlyList<AskedWish> asked,
        bool allowReorder,
        long? version,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        if (version is { } seen && seen != term.ScheduleVersion)
            throw Refusals.Stale(term.ScheduleVersion);
        var state = await TermState.LoadAsync(db, term, null, Subjects(asked), cancellationToken);
        Check(state, asked);
        var done = Decide(state, asked, allowReorder);
        foreach (var change in done.Changes)
            if (state.Elsewhere.GetValueOrDefault(change.Subject) is { } other && !other.HasBegun(clock.GetUtcNow()))
                throw Refusals.ToCome(state, other);
        return new WishedChange(term.ScheduleVersion, state, done.Changes);
    }

    /// <summary>A repeat with the same key returns what the first did and changes nothing.</summary>
    /// <exception cref="RefusedException">As above, and key_reused.</exception>
    public async Task<WishedChange> MakeAsync(
        ulong userId,
        IReadOnlyList<AskedWish> asked,
        bool allowReorder,
        long? version,
        ChangeKey key,
        CancellationToken cancellationToken
    )
    {
        if (await EarlierAsync(userId, key, cancellationToken) is { } earlier)
            return earlier;
        (TermState State, Rearrangement.Done Done)? made = null;
        ScheduleChanged changed;
        try
        {
            changed = await writer.ChangeAsync(
                userId,
                new Change(KindOf(asked), version, Subjects(asked), allowReorder) { Key = key },
                async (db, state, token) =>
                {
                    // The same key may have come in twice at once, and the other one was first.
                    if (await db.ScheduleChanges.AnyAsync(c => c.UserId == userId && c.CreationKey == key.Key, token))
                        throw new RefusedException(ErrorCodes.Conflict, "The change was made already.");
                    Check(state, asked);
                    made = (state, Decide(state, asked, allowReorder));
                    return made.Value.Done;
                },
                cancellationToken
            );
        }
        catch (RefusedException)
        {
            if (await EarlierAsync(userId, key, cancellationToken) is { } other)
                return other;
            throw;
        }
        var (after, done) = made!.Value;
        var ids = after.Placements.ToDictionary(p => p.Subject, p => p.Id);
        return new WishedChange(
            changed.Version,
            after,
            [
                .. done.Changes.Select(c =>
                    c with
                    {
                        After = c.After is null ? null : c.After with { PlacementId = ids[c.Subject] },
                    }
                ),
            ]
        );
    }

    private async Task<WishedChange?> EarlierAsync(ulong userId, ChangeKey key, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var entry = await db
            .ScheduleChanges.AsNoTracking()
            .FirstOrDefaultAsync(c => c.UserId == userId && c.CreationKey == key.Key, cancellationToken);
        if (entry is null)
            return null;
        if (!entry.CreationHash.AsSpan().SequenceEqual(key.Hash))
            throw new RefusedException(ErrorCodes.KeyReused, "The key was used for another change.");
        var changes = entry.Changes();
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        var state = await TermState.LoadAsync(db, term, null, [.. changes.Select(c => c.Subject)], cancellationToken);
        return new WishedChange(entry.VersionAfter, state, changes);
    }

    private static Subject[] Subjects(IReadOnlyList<AskedWish> asked) =>
        [.. asked.Select(a => a.Subject).OfType<Subject>()];

    private static void Check(TermState state, IReadOnlyList<AskedWish> asked)
    {
        foreach (var subject in Subjects(asked))
            if (!state.Knows(subject))
                throw RefusedException.NotFound(subject.ItemId is null ? "task" : "item");
    }

    private Rearrangement.Done Decide(TermState state, IReadOnlyList<AskedWish> asked, bool allowReorder)
    {
        var now = clock.GetUtcNow();
        List<Wish> wishes = [];
        foreach (var (index, one) in asked.Index())
            wishes.AddRange(WishesOf(state, one, index, now));
        if (wishes.DistinctBy(w => w.Subject).Count() < wishes.Count)
            throw RefusedException.Field("wishes", "must name each block once");
        var result = state.Schedule(now).Rearrange(wishes, allowReorder);
        return result is Rearrangement.Refused { Refusal: var refusal }
            ? throw Refusals.Of(refusal, state)
            : (Rearrangement.Done)result;
    }

    private static IEnumerable<Wish> WishesOf(TermState state, AskedWish asked, int index, DateTimeOffset now)
    {
        var held = asked.PlacementId is { } id
            ? state.Block(id)
            : state.Placements.Find(p => p.Subject == asked.Subject)?.ToBlock();
        if (asked.SwapWith is { } other)
        {
            var (a, b) = (held ?? throw RefusedException.NotFound("placement"), state.Block(other));
            if (a.Subject == b.Subject)
                throw RefusedException.Field($"wishes[{index}].swap_with", "must be another block");
            return
            [
                By(a, a.At.At(b.At.Week, b.At.Day, b.At.SectionFrom)),
                By(b, b.At.At(a.At.Week, a.At.Day, a.At.SectionFrom)),
            ];
        }
        var subject = held?.Subject ?? asked.Subject ?? throw RefusedException.NotFound("placement");
        if (asked.Unplace)
            return held is null ? throw RefusedException.NotFound("placement") : [new Wish(subject, null)];
        var length = asked.Sections ?? held?.At.Sections ?? state.SectionsOf(subject);
        Slot to;
        if (asked.Date is { } date)
        {
            var day = state.Calendar.SlotDayOf(date)
                ?? throw RefusedException.Field(
                    $"wishes[{index}].date",
                    $"must lie inside the term, {state.Term.FirstMonday:yyyy-MM-dd} to {state.Term.LastDay:yyyy-MM-dd}"
                );
            to = Slot.Of(day.Week, day.Day, asked.SectionFrom, length);
        }
        else
        {
            to = held?.At ?? throw RefusedException.Field($"wishes[{index}].date", "is missing");
        }
        if (asked.Missed == true)
            state.CheckMissed(held ?? throw RefusedException.NotFound("placement"), to, now);
        return
        [
            new Wish(subject, to)
            {
                Locked = asked.Locked,
                Missed = asked.Missed,
                Origin = Origin.Agent,
            },
        ];
    }

    private static Wish By(StudyBlock block, Slot to) => new(block.Subject, to) { Origin = Origin.Agent };

    private static string KindOf(IReadOnlyList<AskedWish> asked) =>
        asked switch
        {
            [{ SwapWith: not null }] => ChangeKinds.Swap,
            [{ Unplace: true }] => ChangeKinds.Unplace,
            [{ Date: not null, PlacementId: null }] => ChangeKinds.Place,
            [{ Date: not null }] => ChangeKinds.Move,
            [{ Missed: not null }] => ChangeKinds.Miss,
            [{ Locked: not null }] => ChangeKinds.Lock,
            _ => ChangeKinds.Batch,
        };
}
