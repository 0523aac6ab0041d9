using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>
/// POST /task-classes/{id}/items/{itemId}/done and /undo-done: both may be repeated; the first time stays.
/// </summary>
internal static class CompleteItem
{
    public static void Map(RouteGroupBuilder classes)
    {
        classes
            .MapPost("/{id:long}/items/{itemId:long}/done", DoneAsync)
            .WithName("CompleteTaskItem")
            .WithSummary("Mark an item of a study plan as done");
        classes
            .MapPost("/{id:long}/items/{itemId:long}/undo-done", UndoAsync)
            .WithName("UndoCompleteTaskItem")
            .WithSummary("Open an item of a study plan again");
    }

    private static Task<Ok<TaskItemView>> DoneAsync(
        long id,
        long itemId,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) => SetAsync(id, itemId, user.UserId(), clock.MicrosNow(), writer, cancellationToken);

    private static Task<Ok<TaskItemView>> UndoAsync(
        long id,
        long itemId,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        CancellationToken cancellationToken
    ) => SetAsync(id, itemId, user.UserId(), null, writer, cancellationToken);

    private static async Task<Ok<TaskItemView>> SetAsync(
        long id,
        long itemId,
        ulong userId,
        DateTimeOffset? doneAt,
        IWriter<PlannerDb> writer,
        CancellationToken cancellationToken
    )
    {
        var done = doneAt is not null;
        var item = await writer.WriteAsync(
            async (db, token) =>
            {
                var own = db.TaskItems.Where(i => i.Id == itemId && i.TaskClassId == id && i.UserId == userId);
                await own.Where(i => (i.DoneAt == null) == done)
                    .ExecuteUpdateAsync(s => s.SetProperty(i => i.DoneAt, doneAt), token);
                return await own.Select(i => new
                    {
                        Item = i,
                        Place = db.Placements.FirstOrDefault(p => p.ItemId == i.Id),
                    })
                    .AsNoTracking()
                    .FirstOrDefaultAsync(token);
            },
            cancellationToken
        );
        return item is null
            ? throw RefusedException.NotFound("item")
            : TypedResults.Ok(TaskItemView.Of(item.Item, item.Place));
    }
}
