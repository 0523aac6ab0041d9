using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Events;

/// <summary>
/// DELETE /events/{id}: all of it; DELETE /events/{id}/dates/{date}: it does not take place on that day.
/// </summary>
internal static class DeleteEvent
{
    public static void Map(RouteGroupBuilder events)
    {
        events.MapDelete("/{id:long}", HandleAsync).WithName("DeleteEvent").WithSummary("Delete a personal event");
        events
            .MapDelete("/{id:long}/dates/{date}", CancelAsync)
            .WithName("CancelEvent")
            .WithSummary("Cancel one time of a personal event");
    }

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        TermWriter terms,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await DeleteCourse.RunAsync(user.UserId(), id, CourseKind.Event, terms, clock, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> CancelAsync(
        long id,
        DateOnly date,
        ClaimsPrincipal user,
        EventWriter events,
        CancellationToken cancellationToken
    )
    {
        await events.CancelAsync(user.UserId(), id, date, cancellationToken);
        return TypedResults.NoContent();
    }
}
