using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>DELETE /tasks/{id}.</summary>
internal static class DeleteQuickTask
{
    public static void Map(RouteGroupBuilder tasks) =>
        tasks.MapDelete("/{id:long}", HandleAsync).WithName("DeleteQuickTask").WithSummary("Delete a quick task");

    private static async Task<NoContent> HandleAsync(
        long id, ClaimsPrincipal user, IWriter<PlannerDb> writer, CancellationToken cancellationToken)
    {
        var userId = user.UserId();
        var deleted = await writer.WriteAsync(
            async (db, token) =>
            {
                await BlocksGone.RaiseVersionAsync(db, userId, p => p.QuickTaskId == id, token);
                return await db.QuickTasks.Where(t => t.Id == id && t.UserId == userId).ExecuteDeleteAsync(token);
            },
            cancellationToken);
        return deleted == 0 ? throw RefusedException.NotFound("task") : TypedResults.NoContent();
    }
}
