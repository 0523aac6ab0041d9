using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>GET /task-classes/{id}: one's own class with its items in order.</summary>
internal static class ReadTaskClass
{
    public static void Map(RouteGroupBuilder classes) =>
        classes.MapGet("/{id:long}", HandleAsync).WithName("ReadTaskClass").WithSummary("A study plan with its items");

    private static async Task<Ok<TaskClassView>> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (found, items) = await FindAsync(db, user.UserId(), id, cancellationToken);
        return TypedResults.Ok(TaskClassView.Of(found, items, await PlacesAsync(db, id, cancellationToken)));
    }

    /// <exception cref="RefusedException">not_found, also for another user's class.</exception>
    public static async Task<(TaskClass Class, List<TaskItem> Items)> FindAsync(
        PlannerDb db,
        ulong userId,
        long id,
        CancellationToken cancellationToken
    )
    {
        var found = await db
            .TaskClasses.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == id && c.UserId == userId, cancellationToken)
            ?? throw NotFound();
        return (found, await ItemsAsync(db, id, cancellationToken));
    }

    public static Task<List<TaskItem>> ItemsAsync(PlannerDb db, long classId, CancellationToken cancellationToken) =>
        db
            .TaskItems.AsNoTracking()
            .Where(i => i.TaskClassId == classId)
            .OrderBy(i => i.Position)
            .ToListAsync(cancellationToken);

    public static Task<Dictionary<long, Placement>> PlacesAsync(
        PlannerDb db,
        long classId,
        CancellationToken cancellationToken
    ) =>
        db
            .Placements.AsNoTracking()
            .Where(p => db.TaskItems.Any(i => i.Id == p.ItemId && i.TaskClassId == classId))
            .ToDictionaryAsync(p => p.ItemId!.Value, cancellationToken);

    public static RefusedException NotFound() => RefusedException.NotFound("study plan");
}
