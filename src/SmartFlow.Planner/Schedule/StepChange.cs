using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// One step back or forth through a user's changes of a term. A block that is gone or that something else has moved
/// since is left alone and named; what no longer fits refuses it all.
/// </summary>
internal sealed class StepChange(TermWriter terms, ScheduleWriter schedule, TimeProvider clock)
{
    /// <param name="Version">The term's version as read, so that a second click does nothing more.</param>
    /// <param name="ChangeId">The change that is meant; another one's turn refuses it. Null: whichever it is.</param>
    internal sealed record Request(long? Version, long? ChangeId);

    /// <param name="Skipped">What was left as it is.</param>
    internal sealed record Stepped(
        long ChangeId,
        string Kind,
        DateTimeOffset CreatedAt,
        long Version,
        IReadOnlyList<BlockView> Placed,
        IReadOnlyList<long> Removed,
        IReadOnlyList<Warning> Warnings,
        IReadOnlyList<SkippedBlock> Skipped
    );

    /// <param name="Reason">gone or changed.</param>
    internal sealed record SkippedBlock(long? ItemId, long? QuickTaskId, string Reason);

    /// <summary>The one that undo takes back: the last that stands.</summary>
    public static IQueryable<ScheduleChange> Last(IQueryable<ScheduleChange> own) =>
        own.Where(c => c.UndoneAt == null).OrderByDescending(c => c.Id);

    /// <summary>The one that redo makes again: the first of those taken back, unless another was made since.</summary>
    public static IQueryable<ScheduleChange> Next(IQueryable<ScheduleChange> own) =>
        own.Where(c => c.UndoneAt != null && !own.Any(o => o.UndoneAt == null && o.Id > c.Id)).OrderBy(c => c.Id);

    public static IQueryable<ScheduleChange> Of(PlannerDb db, Term term) =>
        db.ScheduleChanges.Where(c => c.UserId == term.UserId && c.TermId == term.Id);

    /// <exception cref="RefusedException">conflict, naming the rule and the version: version, not_the_last,
    /// nothing_to_undo, nothing_to_redo, or one of a block.</exception>
    public async Task<Stepped> TakeAsync(ulong userId, bool back, Request? request, CancellationToken cancellationToken)
    {
        var (state, entry, done, skipped) = await terms.ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                if (request?.Version is { } seen && seen != term.ScheduleVersion)
                    throw Refusals.Stale(term.ScheduleVersion);
                var own = Of(db, term);
                var entry = await (back ? Last(own) : Next(own)).FirstOrDefaultAsync(token);
                if (request?.ChangeId is { } meant && entry?.Id != meant)
                    throw NotThatOne(term);
                if (entry is null)
                    throw Nothing(term, back);
                IReadOnlyList<BlockChange> changes =
                [
                    .. entry.Changes().Select(c => back ? c : new BlockChange(c.Subject, c.After, c.Before)),
                ];
                var state = await TermState.LoadAsync(db, term, null, [.. changes.Select(c => c.Subject)], token);
                var (kept, skipped) = Sort(state, changes);
                var result = state.Schedule(clock.GetUtcNow()).Restore(kept);
                if (result is Rearrangement.Refused { Refusal: var refusal })
                    throw Refusals.Of(refusal, state);
                entry.UndoneAt = back ? clock.MicrosNow() : null;
                return (state, entry, await schedule.SaveAsync(db, state, (Rearrangement.Done)result, token), skipped);
            },
            cancellationToken
        );
        var told = schedule.Told(state, done);
        return new Stepped(
            entry.Id,
            entry.Kind,
            entry.CreatedAt,
            told.Version,
            told.Placed,
            told.Removed,
            told.Warnings,
            skipped
        );
    }

    /// <summary>Those whose block stands where the change left it, to be put where it was before.</summary>
    private static (List<BlockChange> Kept, List<SkippedBlock> Skipped) Sort(
        TermState state,
        IReadOnlyList<BlockChange> changes
    )
    {
        var (kept, skipped) = (new List<BlockChange>(), new List<SkippedBlock>());
        foreach (var change in changes)
        {
            var now = state.Placements.Find(p => p.Subject == change.Subject)?.At;
            if (!state.Knows(change.Subject))
                skipped.Add(Skip(change, "gone"));
            else if (now != change.After?.At || state.Elsewhere.ContainsKey(change.Subject))
                skipped.Add(Skip(change, "changed"));
            else
                kept.Add(change);
        }
        return (kept, skipped);
    }

    private static SkippedBlock Skip(BlockChange change, string reason) =>
        new(change.Subject.ItemId, change.Subject.QuickTaskId, reason);

    private static RefusedException Nothing(Term term, bool back) =>
        back
            ? new(
                ErrorCodes.Conflict,
                "There is nothing to undo.",
                extensions: new Dictionary<string, object?>
                {
                    ["rule"] = "nothing_to_undo",
                    ["version"] = term.ScheduleVersion,
                }
            )
            : new(
                ErrorCodes.Conflict,
                "There is nothing to make again.",
                extensions: new Dictionary<string, object?>
                {
                    ["rule"] = "nothing_to_redo",
                    ["version"] = term.ScheduleVersion,
                }
            );

    private static RefusedException NotThatOne(Term term) =>
        new(
            ErrorCodes.Conflict,
            "The schedule was changed after that. Undo the later changes first.",
            extensions: new Dictionary<string, object?>
            {
                ["rule"] = "not_the_last",
                ["version"] = term.ScheduleVersion,
            }
        );
}
