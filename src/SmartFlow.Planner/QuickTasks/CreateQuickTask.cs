using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>POST /tasks.</summary>
internal static class CreateQuickTask
{
    /// <param name="DeadlineAt">Of what repeats the hour of each, on the first of its days from this one on.</param>
    /// <param name="Repeat">Absent: once.</param>
    /// <param name="TimeZone">An IANA name, for what repeats; absent: the server's default.</param>
    internal sealed record Request(
        string? Title,
        int? PriorityGroup,
        int? EstimatedSections,
        DateTimeOffset? DeadlineAt,
        DateTimeOffset? UrgencyThresholdAt,
        RepeatRule? Repeat,
        string? TimeZone
    );

    public static void Map(RouteGroupBuilder tasks) =>
        tasks
            .MapPost("/", HandleAsync)
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("CreateQuickTask")
            .WithSummary("Make a quick task");

    private static async Task<Created<QuickTaskView>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        NewQuickTask tasks,
        CancellationToken cancellationToken
    )
    {
        var fields = new TaskFields(
            request.Title ?? "",
            request.PriorityGroup ?? TaskFields.DefaultGroup,
            request.EstimatedSections ?? TaskFields.DefaultSections,
            request.DeadlineAt,
            request.UrgencyThresholdAt
        )
        {
            Repeat = request.Repeat,
            TimeZone = request.Repeat is null ? null : request.TimeZone,
        };
        var (task, _) = await tasks.AddAsync(user.UserId(), fields, key: null, cancellationToken);
        return TypedResults.Created($"/api/v1/tasks/{task.Id}", QuickTaskView.Of(task));
    }
}
