using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// POST /schedule/undo: takes the user's last change of the schedule back, whatever its kind, and after it the one before.
/// A block that is gone or that something else has moved since is left alone and named; what no longer fits refuses it all.
/// </summary>
internal static class UndoChange
{
    /// <param name="Version">The term's version as read, so that a second click takes back nothing more.</param>
    internal sealed record Request(long? Version);

    /// <param name="Skipped">What was left as it is.</param>
    internal sealed record Undone(
        long ChangeId, string Kind, DateTimeOffset CreatedAt, long Version, IReadOnlyList<BlockView> Placed, IReadOnlyList<long> Removed,
        IReadOnlyList<Warning> Warnings, IReadOnlyList<SkippedBlock> Skipped);

    /// <param name="Reason">gone or changed.</param>
    internal sealed record SkippedBlock(long? ItemId, long? QuickTaskId, string Reason);

    public static void Map(RouteGroupBuilder schedule) =>
        schedule.MapPost("/undo", HandleAsync).WithName("UndoChange").WithSummary("Take the last change of the schedule back");

    private static async Task<Ok<Undone>> HandleAsync(
        Request? request, ClaimsPrincipal user, TermWriter terms, ScheduleWriter schedule, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (state, entry, done, skipped) = await terms.ChangeAsync(
            user.UserId(),
            async (db, term, token) =>
            {
                if (request?.Version is { } seen && seen != term.ScheduleVersion) throw Refusals.Stale(term.ScheduleVersion);
                var entry = await db.ScheduleChanges.Where(c => c.UserId == term.UserId && c.TermId == term.Id && c.UndoneAt == null)
                    .OrderByDescending(c => c.Id).FirstOrDefaultAsync(token) ?? throw Nothing(term);
                var changes = entry.Changes();
                var state = await TermState.LoadAsync(db, term, null, [.. changes.Select(c => c.Subject)], token);
                var (back, skipped) = Sort(state, changes);
                var result = state.Schedule(clock.GetUtcNow()).Restore(back);
                if (result is Rearrangement.Refused { Refusal: var refusal }) throw Refusals.Of(refusal, state);
                entry.UndoneAt = clock.MicrosNow();
                return (state, entry, await schedule.SaveAsync(db, state, (Rearrangement.Done)result, token), skipped);
            },
            cancellationToken);
        var told = schedule.Told(state, done);
        return TypedResults.Ok(new Undone(
            entry.Id, entry.Kind, entry.CreatedAt, told.Version, told.Placed, told.Removed, told.Warnings, skipped));
    }

    private static (List<BlockChange> Back, List<SkippedBlock> Skipped) Sort(TermState state, IReadOnlyList<BlockChange> changes)
    {
        var (back, skipped) = (new List<BlockChange>(), new List<SkippedBlock>());
        foreach (var change in changes)
        {
            var now = state.Placements.Find(p => p.Subject == change.Subject)?.At;
            if (!state.Knows(change.Subject)) skipped.Add(Skip(change, "gone"));
            else if (now != change.After?.At || state.Elsewhere.ContainsKey(change.Subject)) skipped.Add(Skip(change, "changed"));
            else back.Add(change);
        }
        return (back, skipped);
    }

    private static SkippedBlock Skip(BlockChange change, string reason) => new(change.Subject.ItemId, change.Subject.QuickTaskId, reason);

    private static RefusedException Nothing(Term term) => new(
        ErrorCodes.Conflict, "There is nothing to undo.",
        extensions: new Dictionary<string, object?> { ["rule"] = "nothing_to_undo", ["version"] = term.ScheduleVersion });
}
