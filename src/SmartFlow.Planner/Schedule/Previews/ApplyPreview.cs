using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>
/// POST /schedule/plan/{preview_id}/apply: carries a preview out, once, in one transaction that undo takes back.
/// </summary>
internal static class ApplyPreview
{
    /// <param name="Version">The term's version now.</param>
    /// <param name="Applied">Items with a place by this plan.</param>
    /// <param name="Placed">Of them, those that had none.</param>
    /// <param name="Moved">Of them, those that stood elsewhere.</param>
    /// <param name="Removed">Items that lost their place.</param>
    /// <param name="ChangeId">Names it to undo; null: nothing was changed, or it is too long ago.</param>
    internal sealed record Outcome(long Version, int Applied, int Placed, int Moved, int Removed, long? ChangeId)
    {
        public static Outcome Of(PlanView view, long version, long? changeId) =>
            new(
                version,
                view.Placements.Count,
                view.Summary.Placed,
                view.Summary.Moved,
                view.Summary.Removed,
                changeId
            );
    }

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPost("/plan/{previewId}/apply", HandleAsync)
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("ApplyPlan")
            .WithSummary("Carry a plan out");

    private static async Task<Ok<Outcome>> HandleAsync(
        string previewId,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(await ApplyAsync(user.UserId(), previewId, key, schedule, databases, clock, cancellationToken));

    /// <exception cref="Platform.Errors.RefusedException">not_found; conflict: applied with another key, expired, or
    /// stale.</exception>
    public static async Task<Outcome> ApplyAsync(
        ulong userId,
        string previewId,
        string? key,
        ScheduleWriter schedule,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        // :: Step 1: who asks again with the same key is told what was done then
        PlanPreview preview;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            preview = await ReadPreview.FindAsync(db, userId, previewId, cancellationToken);
            if (preview.AppliedVersion is { } version && preview.AppliedKey == key)
                return Outcome.Of(
                    Planning.Read(preview),
                    version,
                    await db
                        .ScheduleChanges.Where(c =>
                            c.UserId == userId && c.TermId == preview.TermId && c.VersionAfter == version
                        )
                        .Select(c => (long?)c.Id)
                        .FirstOrDefaultAsync(cancellationToken)
                );
        }
        // :: Step 2: ScheduleWriter reads the term as it stands now, in the transaction that will change it
        var view = Planning.Read(preview);
        var changed = await schedule.ChangeAsync(
            userId,
            new Change(ChangeKinds.Plan, null, []) { Classes = [.. PlanAsked.Read(preview).ClassVersions.Keys] },
            async (db, state, token) =>
            {
                // :: Step 3: the preview must be open and made from what stands there; from here on it is applied
                var (now, kept) = (clock.MicrosNow(), await ReadPreview.FindAsync(db, userId, previewId, token));
                await ReadPreview.CheckOpenAsync(db, state.Term, kept, now, token);
                view = Planning.Read(kept);
                (kept.AppliedAt, kept.AppliedKey, kept.AppliedVersion) = (now, key, state.Term.ScheduleVersion + 1);
                // :: Step 4: its places are wishes, which the rules grant all together or refuse by name
                return state
                    .Schedule(now)
                    .Rearrange(
                        PlanWishes.Of(
                            state,
                            view.Placements.Select(p => (p.ItemId, PlanViewOf.SlotOf(p))),
                            view.Unplaced
                        ),
                        allowReorder: false
                    );
            },
            cancellationToken
        );
        // :: Step 7: what was done, with the name by which it is taken back
        return Outcome.Of(view, changed.Version, changed.ChangeId);
    }
}
