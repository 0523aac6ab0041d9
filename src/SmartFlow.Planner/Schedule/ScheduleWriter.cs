using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Schedule;

/// <summary>What a change is: its name in the log, the version that its author saw, whose blocks it is about.</summary>
/// <param name="Kind">A word of <see cref="ChangeKinds"/>.</param>
/// <param name="Version">Null: whatever stands there now.</param>
/// <param name="Also">Subjects that may not stand anywhere yet.</param>
/// <param name="AllowReorder">Items of a class may pass each other.</param>
internal sealed record Change(string Kind, long? Version, IReadOnlyCollection<Subject> Also, bool AllowReorder = false)
{
    /// <summary>Task classes whose items it is about, all of them.</summary>
    public IReadOnlyCollection<long> Classes { get; init; } = [];

    /// <summary>Kept with the entry of the log; null: nobody will repeat it.</summary>
    public ChangeKey? Key { get; init; }
}

/// <summary>Tells the repeat of a change from another change.</summary>
internal sealed record ChangeKey(string Key, byte[] Hash);

/// <summary>What a change did, as its author sees it.</summary>
/// <param name="ChangeId">Names it to undo; null: it changed nothing.</param>
internal sealed record ScheduleChanged(
    long Version,
    IReadOnlyList<BlockView> Placed,
    IReadOnlyList<long> Removed,
    IReadOnlyList<Warning> Warnings,
    long? ChangeId
);

/// <summary>
/// The one way in which study blocks change: by the rules, logged for undo, with the term's version raised, in one
/// transaction.
/// </summary>
internal sealed class ScheduleWriter(TermWriter terms, TimeProvider clock)
{
    /// <summary>Changes that a user can take back one after the other.</summary>
    public const int KeptChanges = 50;

    /// <param name="userId">The owner.</param>
    /// <param name="change">What it is.</param>
    /// <param name="decide">The rearrangement of what stands there; it may run again.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="RefusedException">conflict naming the rule and the version; invalid_argument;
    /// not_found.</exception>
    public Task<ScheduleChanged> ChangeAsync(
        ulong userId,
        Change change,
        Func<TermState, IReadOnlyCollection<Wish>> decide,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            userId,
            change,
            (_, state, _) =>
                Task.FromResult(state.Schedule(clock.GetUtcNow()).Rearrange(decide(state), change.AllowReorder)),
            cancellationToken
        );

    /// <inheritdoc cref="ChangeAsync(ulong, Change, Func{TermState, IReadOnlyCollection{Wish}}, CancellationToken)" />
    public async Task<ScheduleChanged> ChangeAsync(
        ulong userId,
        Change change,
        Func<PlannerDb, TermState, CancellationToken, Task<Rearrangement>> decide,
        CancellationToken cancellationToken
    )
    {
        var (state, done, id) = await terms.ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                if (change.Version is { } seen && seen != term.ScheduleVersion)
                    throw Refusals.Stale(term.ScheduleVersion);
                var state = await TermState.LoadAsync(db, term, null, change.Also, change.Classes, token);
                foreach (var subject in change.Also)
                    if (!state.Knows(subject))
                        throw RefusedException.NotFound(subject.ItemId is null ? "task" : "item");
                var rearranged = await decide(db, state, token);
                if (rearranged is Rearrangement.Refused { Refusal: var refusal })
                    throw Refusals.Of(refusal, state);
                // :: Step 5 of applying a plan: the blocks and the states of their items are written
                var saved = await SaveAsync(db, state, (Rearrangement.Done)rearranged, token);
                TellOfMissed(db, state, saved.Changes);
                // :: Step 6: the log has what stood there, for undo; TermWriter raises the version and commits it all
                return (state, saved, await LogAsync(db, term, change, saved.Changes, token));
            },
            cancellationToken
        );
        return Told(state, done, id);
    }

    /// <summary>Writes a granted rearrangement; new blocks have their ids afterwards.</summary>
    public async Task<Rearrangement.Done> SaveAsync(
        PlannerDb db,
        TermState state,
        Rearrangement.Done done,
        CancellationToken cancellationToken
    )
    {
        var now = clock.MicrosNow();
        await LeaveOtherTermsAsync(db, state, done.Changes.Select(c => c.Subject), now, cancellationToken);
        var rows = state.Placements.ToDictionary(p => p.Subject);
        foreach (var (subject, _, after) in done.Changes)
        {
            if (after is null)
            {
                state.Placements.Remove(rows[subject]);
                db.Placements.Remove(rows[subject]);
            }
            else
                Write(db, state, rows, after, now);
            if (state.ItemOf(subject) is { } item)
                item.Status = after is null ? ItemStatus.Unscheduled : ItemStatus.Applied;
        }
        await db.SaveChangesAsync(cancellationToken);
        return done with
        {
            Changes =
            [
                .. done.Changes.Select(c => c with { After = c.After is null ? null : rows[c.Subject].ToBlock() }),
            ],
        };
    }

    /// <summary>In the transaction of the report, once for it.</summary>
    private void TellOfMissed(PlannerDb db, TermState state, IReadOnlyList<BlockChange> changes)
    {
        foreach (var (subject, before, after) in changes)
        {
            if (after is not { Missed: true } || before is { Missed: true })
                continue;
            var at = after.At;
            db.Publish(
                $"block-missed:{after.PlacementId}:{state.Term.ScheduleVersion}",
                EventNames.ScheduleBlockMissed,
                state.Term.UserId,
                new ScheduleBlockMissed
                {
                    UserId = state.Term.UserId,
                    PlacementId = after.PlacementId,
                    ItemId = subject.ItemId,
                    QuickTaskId = subject.QuickTaskId,
                    StartsAt = state.Calendar.TimesOf(at.Week, at.Day, at.SectionFrom, at.SectionTo).From,
                    TimeZone = state.Term.TimeZone,
                },
                clock.MicrosNow()
            );
        }
    }

    /// <summary>
    /// An item stands in one place: what is placed here leaves its block of another term behind, if that has begun.
    /// </summary>
    private static async Task LeaveOtherTermsAsync(
        PlannerDb db,
        TermState state,
        IEnumerable<Subject> placed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        Elsewhere[] others = [.. placed.Select(s => state.Elsewhere.GetValueOrDefault(s)).OfType<Elsewhere>()];
        if (others.Length == 0)
            return;
        if (Array.Find(others, o => !o.HasBegun(now)) is { } coming)
            throw Refusals.ToCome(state, coming);
        long[] ids = [.. others.Select(o => o.Placement.Id)];
        await BlocksGone.RaiseVersionAsync(db, state.Term.UserId, p => ids.Contains(p.Id), cancellationToken);
        await db.Placements.Where(p => ids.Contains(p.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private static void Write(
        PlannerDb db,
        TermState state,
        Dictionary<Subject, Placement> rows,
        StudyBlock block,
        DateTimeOffset now
    )
    {
        if (!rows.TryGetValue(block.Subject, out var row))
        {
            // A block that is put back keeps the id that it had.
            row = new Placement
            {
                Id = block.PlacementId,
                UserId = state.Term.UserId,
                TermId = state.Term.Id,
                ItemId = block.Subject.ItemId,
                QuickTaskId = block.Subject.QuickTaskId,
                CreatedAt = now,
            };
            rows.Add(block.Subject, row);
            state.Placements.Add(row);
            db.Placements.Add(row);
        }
        row.Take(block);
        row.UpdatedAt = now;
    }

    /// <summary>
    /// The newest changes are kept; the version that follows is the one that the term gets with this transaction.
    /// </summary>
    private async Task<long?> LogAsync(
        PlannerDb db,
        Term term,
        Change change,
        IReadOnlyList<BlockChange> changes,
        CancellationToken cancellationToken
    )
    {
        if (changes.Count == 0)
            return null;
        var entry = ScheduleChange.Of(change.Kind, changes);
        (entry.CreationKey, entry.CreationHash) = (change.Key?.Key, change.Key?.Hash);
        (entry.UserId, entry.TermId, entry.CreatedAt) = (term.UserId, term.Id, clock.MicrosNow());
        (entry.VersionBefore, entry.VersionAfter) = (term.ScheduleVersion, term.ScheduleVersion + 1);
        db.ScheduleChanges.Add(entry);
        await db.SaveChangesAsync(cancellationToken);
        var oldest = await db
            .ScheduleChanges.Where(c => c.UserId == term.UserId)
            .OrderByDescending(c => c.Id)
            .Skip(KeptChanges)
            .Select(c => (long?)c.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (oldest is not null)
            await db
                .ScheduleChanges.Where(c => c.UserId == term.UserId && c.Id <= oldest)
                .ExecuteDeleteAsync(cancellationToken);
        return entry.Id;
    }

    public ScheduleChanged Told(TermState state, Rearrangement.Done done, long? changeId = null)
    {
        var now = clock.GetUtcNow();
        StudyBlock[] placed = [.. done.Changes.Select(c => c.After).OfType<StudyBlock>()];
        return new ScheduleChanged(
            state.Term.ScheduleVersion,
            [.. placed.Select(b => BlockView.Of(state, b, now))],
            [.. done.Changes.Where(c => c.After is null).Select(c => c.Before!.PlacementId)],
            [.. placed.SelectMany(b => Warnings.Of(state, b, now))],
            changeId
        );
    }
}
