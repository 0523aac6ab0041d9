using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// POST /schedule/redo: makes again what was taken back last, and after it the one before, until something else is
/// changed.
/// </summary>
internal static class RedoChange
{
    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPost("/redo", HandleAsync)
            .WithName("RedoChange")
            .WithSummary("Make the change again that was taken back last");

    private static async Task<Ok<StepChange.Stepped>> HandleAsync(
        StepChange.Request? request,
        ClaimsPrincipal user,
        StepChange step,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await step.TakeAsync(user.UserId(), back: false, request, cancellationToken));
}
