using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// POST /schedule/undo: takes the user's last change of the schedule back, whatever its kind, and after it the one
/// before.
/// </summary>
internal static class UndoChange
{
    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPost("/undo", HandleAsync)
            .WithName("UndoChange")
            .WithSummary("Take the last change of the schedule back");

    private static async Task<Ok<StepChange.Stepped>> HandleAsync(
        StepChange.Request? request,
        ClaimsPrincipal user,
        StepChange step,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await step.TakeAsync(user.UserId(), back: true, request, cancellationToken));
}
