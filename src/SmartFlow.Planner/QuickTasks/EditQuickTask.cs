using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>PATCH /tasks/{id}: what is absent stays, null clears a time.</summary>
internal static class EditQuickTask
{
    internal sealed class Request
    {
        public string? Title { get; set; }

        public int? PriorityGroup { get; set; }

        public int? EstimatedSections { get; set; }

        public DateTimeOffset? DeadlineAt
        {
            get;
            set
            {
                field = value;
                HasDeadline = true;
            }
        }

        public DateTimeOffset? UrgencyThresholdAt
        {
            get;
            set
            {
                field = value;
                HasThreshold = true;
            }
        }

        /// <summary>The version that was edited, as read: another one there now is a conflict.</summary>
        public DateTimeOffset? UpdatedAt { get; set; }

        internal bool HasDeadline { get; private set; }

        internal bool HasThreshold { get; private set; }
    }

    public static void Map(RouteGroupBuilder tasks) =>
        tasks.MapPatch("/{id:long}", HandleAsync).WithName("EditQuickTask").WithSummary("Change a quick task");

    private static async Task<Ok<QuickTaskView>> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            QuickTaskView.Of(await EditAsync(id, request, user.UserId(), clock.MicrosNow(), writer, cancellationToken))
        );

    /// <exception cref="RefusedException">not_found, invalid_argument, conflict where another writer was
    /// first.</exception>
    public static async Task<QuickTask> EditAsync(
        long id,
        Request request,
        ulong userId,
        DateTimeOffset now,
        IWriter<PlannerDb> writer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await writer.WriteAsync(
                async (db, token) =>
                {
                    var found = await db.QuickTasks.FirstOrDefaultAsync(t => t.Id == id && t.UserId == userId, token)
                        ?? throw RefusedException.NotFound("task");
                    if (request.UpdatedAt is { } seen && seen != found.UpdatedAt)
                        throw Changed();
                    Apply(found, request, now);
                    await db.SaveChangesAsync(token);
                    return found;
                },
                cancellationToken
            );
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Changed();
        }
    }

    /// <summary>Pure: the task after the edit.</summary>
    internal static void Apply(QuickTask task, Request request, DateTimeOffset now)
    {
        var deadline = request.HasDeadline ? request.DeadlineAt : task.DeadlineAt;
        var fields = new TaskFields(
            request.Title ?? task.Title,
            request.PriorityGroup ?? task.PriorityGroup,
            request.EstimatedSections ?? task.EstimatedSections,
            deadline,
            Threshold(task, request, deadline)
        ).Checked();
        var moved = fields.PriorityGroup != task.PriorityGroup;
        if (moved || fields.UrgencyThresholdAt != task.UrgencyThresholdAt)
            task.PromoteAt = Promotable(fields, moved, now);
        if (moved)
            (task.PromotedAt, task.PromotionReason) = (null, null);
        task.Title = fields.Title;
        task.PriorityGroup = fields.PriorityGroup;
        task.EstimatedSections = fields.EstimatedSections;
        task.DeadlineAt = fields.DeadlineAt;
        task.UrgencyThresholdAt = fields.UrgencyThresholdAt;
        task.Touch(now);
    }

    /// <summary>A deadline that moves alone takes its threshold along.</summary>
    private static DateTimeOffset? Threshold(QuickTask task, Request request, DateTimeOffset? deadline)
    {
        if (request.HasThreshold)
            return request.UrgencyThresholdAt;
        return request.HasDeadline && deadline is not null && task.DeadlineAt is not null
            ? task.UrgencyThresholdAt + (deadline - task.DeadlineAt)
            : task.UrgencyThresholdAt;
    }

    /// <summary>Whoever moves a task after its threshold has decided where it belongs.</summary>
    private static DateTimeOffset? Promotable(TaskFields fields, bool moved, DateTimeOffset now) =>
        moved && fields.UrgencyThresholdAt <= now
            ? null
            : Quadrants.PromoteAt(fields.PriorityGroup, fields.UrgencyThresholdAt);

    private static RefusedException Changed() =>
        new(
            ErrorCodes.Conflict,
            "The task was changed meanwhile. Read it again and repeat the change.",
            extensions: new Dictionary<string, object?> { ["rule"] = "task_version" }
        );
}
