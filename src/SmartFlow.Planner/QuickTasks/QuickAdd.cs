using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>POST /tasks/quick-add: a task from one line of Chinese or English.</summary>
internal static class QuickAdd
{
    /// <param name="Text">E.g. 提醒我下周日前交大作业.</param>
    /// <param name="TimeZone">An IANA name; absent: the server's default.</param>
    internal sealed record Request(string? Text, string? TimeZone);

    public static void Map(RouteGroupBuilder tasks) =>
        tasks.MapPost("/quick-add", HandleAsync).WithIdempotency<PlannerDb>()
            .WithName("QuickAddTask").WithSummary("Make a quick task from a sentence");

    private static async Task<Created<QuickTaskView>> HandleAsync(
        Request request, ClaimsPrincipal user, NewQuickTask tasks, Reading reading, IOptions<PlannerOptions> options,
        CancellationToken cancellationToken)
    {
        var text = request.Text?.Trim() ?? "";
        var max = options.Value.QuickAddCharactersMax;
        if (text.Length == 0) throw RefusedException.Field("text", "must not be empty");
        if (text.Length > max) throw RefusedException.Field("text", $"must have at most {max} characters");
        var (_, fields, _) = reading.Read(text, request.TimeZone);
        var (task, _) = await tasks.AddAsync(user.UserId(), fields, key: null, cancellationToken);
        return TypedResults.Created($"/api/v1/tasks/{task.Id}", QuickTaskView.Of(task));
    }
}
