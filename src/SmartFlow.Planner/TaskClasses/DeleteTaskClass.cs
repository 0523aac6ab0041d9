using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>DELETE /task-classes/{id}, with its items.</summary>
internal static class DeleteTaskClass
{
    public static void Map(RouteGroupBuilder classes) =>
        classes
            .MapDelete("/{id:long}", HandleAsync)
            .WithName("DeleteTaskClass")
            .WithSummary("Delete a study plan and its items");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        CancellationToken cancellationToken
    )
    {
        await DeleteAsync(user.UserId(), id, writer, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <exception cref="SmartFlow.Platform.Errors.RefusedException">not_found.</exception>
    public static async Task DeleteAsync(
        ulong userId,
        long id,
        IWriter<PlannerDb> writer,
        CancellationToken cancellationToken
    )
    {
        var deleted = await writer.WriteAsync(
            async (db, token) =>
            {
                await BlocksGone.RaiseVersionAsync(
                    db,
                    userId,
                    p => db.TaskItems.Any(i => i.Id == p.ItemId && i.TaskClassId == id),
                    token
                );
                var count = await db.TaskClasses.Where(c => c.Id == id && c.UserId == userId).ExecuteDeleteAsync(token);
                if (count > 0)
                    await db.TaskItems.Where(i => i.TaskClassId == id).ExecuteDeleteAsync(token);
                return count;
            },
            cancellationToken
        );
        if (deleted == 0)
            throw ReadTaskClass.NotFound();
    }
}
