using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>
/// POST /tasks/{id}/complete and /undo-complete: both may be repeated; the first time of completion stays. Of a series
/// the next one appears, and goes again.
/// </summary>
internal static class CompleteQuickTask
{
    public static void Map(RouteGroupBuilder tasks)
    {
        tasks
            .MapPost("/{id:long}/complete", CompleteAsync)
            .WithName("CompleteQuickTask")
            .WithSummary("Tick a quick task off");
        tasks
            .MapPost("/{id:long}/undo-complete", UndoAsync)
            .WithName("UndoCompleteQuickTask")
            .WithSummary("Open a quick task again");
    }

    private static async Task<Ok<QuickTaskView>> CompleteAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        Appear series,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            QuickTaskView.Of(
                await SetAsync(id, user.UserId(), completed: true, writer, series, clock.MicrosNow(), cancellationToken)
            )
        );

    private static async Task<Ok<QuickTaskView>> UndoAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        Appear series,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            QuickTaskView.Of(
                await SetAsync(
                    id,
                    user.UserId(),
                    completed: false,
                    writer,
                    series,
                    clock.MicrosNow(),
                    cancellationToken
                )
            )
        );

    /// <summary>One statement decides, so that two at once cannot lose a change.</summary>
    public static async Task<QuickTask> SetAsync(
        long id,
        ulong userId,
        bool completed,
        IWriter<PlannerDb> writer,
        Appear series,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        DateTimeOffset? completedAt = completed ? now : null;
        var task = await Appear.AgainAsync(() =>
            writer.WriteAsync(
                async (db, token) =>
                {
                    var own = db.QuickTasks.Where(t => t.Id == id && t.UserId == userId);
                    var changed = await own.Where(t => (t.CompletedAt == null) == completed)
                        .ExecuteUpdateAsync(
                            s =>
                                s.SetProperty(t => t.CompletedAt, completedAt)
                                    .SetProperty(t => t.UpdatedAt, now)
                                    .SetProperty(t => t.Version, t => t.Version + 1),
                            token
                        );
                    var found = await own.AsNoTracking().FirstOrDefaultAsync(token);
                    if (changed > 0 && found?.SeriesId is { } of)
                        await (
                            completed ? series.AfterAsync(db, userId, of, token) : series.BackAsync(db, found, token)
                        );
                    return found;
                },
                cancellationToken
            )
        );
        return task ?? throw RefusedException.NotFound("task");
    }
}
