using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>DELETE /tasks/{id}: of a series this one alone, and the next one appears.</summary>
internal static class DeleteQuickTask
{
    public static void Map(RouteGroupBuilder tasks) =>
        tasks.MapDelete("/{id:long}", HandleAsync).WithName("DeleteQuickTask").WithSummary("Delete a quick task");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        Appear series,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        var deleted = await Appear.AgainAsync(() =>
            writer.WriteAsync(
                async (db, token) =>
                {
                    await BlocksGone.RaiseVersionAsync(db, userId, p => p.QuickTaskId == id, token);
                    var own = db.QuickTasks.Where(t => t.Id == id && t.UserId == userId);
                    var of = await own.Where(t => t.CompletedAt == null)
                        .Select(t => t.SeriesId)
                        .FirstOrDefaultAsync(token);
                    var count = await own.ExecuteDeleteAsync(token);
                    if (count > 0 && of is { } next)
                        await series.AfterAsync(db, userId, next, token);
                    return count;
                },
                cancellationToken
            )
        );
        return deleted == 0 ? throw RefusedException.NotFound("task") : TypedResults.NoContent();
    }
}
