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

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>GET and DELETE /schedule/plan/{preview_id}.</summary>
internal static class ReadPreview
{
    public static void Map(RouteGroupBuilder schedule)
    {
        schedule.MapGet("/plan/{previewId}", GetAsync).WithName("GetPlan").WithSummary("A plan's preview");
        schedule
            .MapDelete("/plan/{previewId}", DropAsync)
            .WithName("DropPlan")
            .WithSummary("Throw a plan's preview away");
    }

    private static async Task<Ok<PlanView>> GetAsync(
        string previewId,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        TermWriter terms,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var preview = await FindAsync(db, user.UserId(), previewId, cancellationToken);
        var term = await terms.ReadAsync(db, user.UserId(), cancellationToken);
        var stale = preview.AppliedAt is null && !await IsCurrentAsync(db, term, preview, cancellationToken);
        return TypedResults.Ok(Planning.Read(preview) with { Stale = stale });
    }

    private static async Task<NoContent> DropAsync(
        string previewId,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        var dropped = await writer.WriteAsync(
            (db, token) =>
                db.PlanPreviews.Where(p => p.Id == previewId && p.UserId == userId).ExecuteDeleteAsync(token),
            cancellationToken
        );
        return dropped == 0 ? throw NotFound() : TypedResults.NoContent();
    }

    /// <exception cref="RefusedException">not_found, also for another user's preview.</exception>
    public static async Task<PlanPreview> FindAsync(
        PlannerDb db,
        ulong userId,
        string id,
        CancellationToken cancellationToken
    ) =>
        await db.PlanPreviews.FirstOrDefaultAsync(p => p.Id == id && p.UserId == userId, cancellationToken)
        ?? throw NotFound();

    /// <summary>Neither the schedule nor the study plans changed since it was made.</summary>
    public static async Task<bool> IsCurrentAsync(
        PlannerDb db,
        Term term,
        PlanPreview preview,
        CancellationToken cancellationToken
    )
    {
        if (preview.TermId != term.Id || preview.BaseVersion != term.ScheduleVersion)
            return false;
        var made = PlanAsked.Read(preview).ClassVersions;
        var ids = made.Keys.ToArray();
        var versions = await db
            .TaskClasses.AsNoTracking()
            .Where(c => c.UserId == term.UserId && ids.Contains(c.Id))
            .ToDictionaryAsync(c => c.Id, c => c.Version, cancellationToken);
        return made.All(m => versions.GetValueOrDefault(m.Key) == m.Value);
    }

    /// <exception cref="RefusedException">conflict: applied, expired, or made from what has changed since.</exception>
    public static async Task CheckOpenAsync(
        PlannerDb db,
        Term term,
        PlanPreview preview,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (preview.AppliedAt is not null)
            throw Closed("applied", "The plan has been applied already.", term);
        if (preview.ExpiresAt <= now)
            throw Closed("expired", "The preview has expired. Plan again.", term);
        if (!await IsCurrentAsync(db, term, preview, cancellationToken))
            throw Refusals.Stale(term.ScheduleVersion);
    }

    private static RefusedException NotFound() => RefusedException.NotFound("preview");

    private static RefusedException Closed(string rule, string detail, Term term) =>
        new(
            ErrorCodes.Conflict,
            detail,
            extensions: new Dictionary<string, object?> { ["rule"] = rule, ["version"] = term.ScheduleVersion }
        );
}
