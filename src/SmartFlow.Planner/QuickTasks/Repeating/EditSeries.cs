using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks.Repeating;

/// <summary>
/// PATCH /tasks/{id}/series: every task to come, and those that are open; DELETE /tasks/{id}/series: no more of them.
/// </summary>
internal static class EditSeries
{
    /// <summary>What is absent stays.</summary>
    /// <param name="DueTime">Local time as 18:00.</param>
    /// <param name="Repeat">Counted anew, from today on.</param>
    internal sealed record Request(
        string? Title,
        int? PriorityGroup,
        int? EstimatedSections,
        string? DueTime,
        RepeatRule? Repeat
    );

    public static void Map(RouteGroupBuilder tasks)
    {
        tasks
            .MapPatch("/{id:long}/series", HandleAsync)
            .WithName("EditTaskSeries")
            .WithSummary("Change a repeating task from now on");
        tasks.MapDelete("/{id:long}/series", DeleteAsync).WithName("EndTaskSeries").WithSummary("End a repeating task");
    }

    private static async Task<Ok<QuickTaskView>> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        return TypedResults.Ok(
            QuickTaskView.Of(
                await WriteAsync(
                    writer,
                    async (db, token) =>
                    {
                        var (task, series) = await FindAsync(db, userId, id, token);
                        await ApplyAsync(db, series, request, clock.MicrosNow(), token);
                        await db.SaveChangesAsync(token);
                        return task;
                    },
                    cancellationToken
                )
            )
        );
    }

    private static async Task<NoContent> DeleteAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await EndAsync(id, user.UserId(), writer, clock.MicrosNow(), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Open tasks stay, as tasks like others. It may be repeated.</summary>
    /// <exception cref="RefusedException">not_found: no such task, or it does not repeat.</exception>
    public static Task<QuickTask> EndAsync(
        long id,
        ulong userId,
        IWriter<PlannerDb> writer,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            writer,
            async (db, token) =>
            {
                var (task, series) = await FindAsync(db, userId, id, token);
                series.EndedAt ??= now;
                (series.NextOn, series.NextAt) = (null, null);
                series.Touch(now);
                foreach (var open in await OpenAsync(db, series, token))
                {
                    open.Repeat = null;
                    open.Touch(now);
                }
                await db.SaveChangesAsync(token);
                return task;
            },
            cancellationToken
        );

    private static async Task<QuickTask> WriteAsync(
        IWriter<PlannerDb> writer,
        Func<PlannerDb, CancellationToken, Task<QuickTask>> work,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await writer.WriteAsync(work, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new RefusedException(
                ErrorCodes.Conflict,
                "The task was changed meanwhile. Read it again and repeat the change.",
                extensions: new Dictionary<string, object?> { ["rule"] = "task_version" }
            );
        }
    }

    private static async Task<(QuickTask Task, TaskSeries Series)> FindAsync(
        PlannerDb db,
        ulong userId,
        long id,
        CancellationToken cancellationToken
    )
    {
        var task = await db.QuickTasks.FirstOrDefaultAsync(t => t.Id == id && t.UserId == userId, cancellationToken);
        var series = task?.SeriesId is { } of
            ? await db.TaskSeries.FirstOrDefaultAsync(s => s.Id == of && s.UserId == userId, cancellationToken)
            : null;
        return series is null ? throw RefusedException.NotFound("repeating task") : (task!, series);
    }

    private static Task<List<QuickTask>> OpenAsync(
        PlannerDb db,
        TaskSeries series,
        CancellationToken cancellationToken
    ) =>
        db
            .QuickTasks.Where(t => t.UserId == series.UserId && t.SeriesId == series.Id && t.CompletedAt == null)
            .ToListAsync(cancellationToken);

    private static async Task ApplyAsync(
        PlannerDb db,
        TaskSeries series,
        Request request,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (series.EndedAt is not null)
            throw new RefusedException(
                ErrorCodes.Conflict,
                "The repeating task has ended.",
                extensions: new Dictionary<string, object?> { ["rule"] = "series_ended" }
            );
        var fields = new TaskFields(
            request.Title ?? series.Title,
            request.PriorityGroup ?? series.PriorityGroup,
            request.EstimatedSections ?? series.EstimatedSections,
            null,
            null
        )
        {
            Repeat = request.Repeat,
        }.Checked();
        (series.Title, series.PriorityGroup, series.EstimatedSections) = (
            fields.Title,
            fields.PriorityGroup,
            fields.EstimatedSections
        );
        if (request.DueTime is { } due)
            series.DueMinute = Minute(due);
        if (fields.Repeat is { } rule)
            Count(series, rule, now);
        else
            series.Touch(now);
        foreach (var open in await OpenAsync(db, series, cancellationToken))
            Follow(open, series, now);
        // What is open ahead on a day that the rule no longer names is the next one, on the day that it names now.
        if (fields.Repeat is null || series.NextOn is not { } next)
            return;
        var ahead = (await OpenAsync(db, series, cancellationToken)).Find(t => t.DeadlineAt > now);
        if (ahead is null)
            return;
        var made = series.TaskOf(next, now);
        (ahead.DeadlineAt, ahead.UrgencyThresholdAt, ahead.PromoteAt) = (
            made.DeadlineAt,
            made.UrgencyThresholdAt,
            made.PromoteAt
        );
        series.GoOnAfter(next, now);
    }

    private static void Count(TaskSeries series, RepeatRule rule, DateTimeOffset now)
    {
        var first = rule.First(LocalDate.FromDateOnly(series.Today(now))).ToDateOnly();
        if (first > rule.Until)
            throw RefusedException.Field("repeat.until", "must not be before the first day");
        (series.Rule, series.Anchor) = (rule.Write(), first);
        series.GoOnAfter(first.AddDays(-1), now);
    }

    private static void Follow(QuickTask open, TaskSeries series, DateTimeOffset now)
    {
        var made = series.TaskOf(series.Today(open.DeadlineAt ?? now), now);
        (open.Title, open.EstimatedSections, open.Repeat) = (made.Title, made.EstimatedSections, made.Repeat);
        if (open.PromotedAt is null)
            (open.PriorityGroup, open.PromoteAt) = (made.PriorityGroup, made.PromoteAt);
        (open.DeadlineAt, open.UrgencyThresholdAt) = (made.DeadlineAt, made.UrgencyThresholdAt);
        open.Touch(now);
    }

    private static int Minute(string time) =>
        TimeOnly.TryParseExact(time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
            ? read.Hour * 60 + read.Minute
            : throw RefusedException.Field("due_time", "must be a time like 18:00");
}
