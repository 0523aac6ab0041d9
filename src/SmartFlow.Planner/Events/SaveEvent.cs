using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Events;

/// <summary>
/// POST /events and PATCH /events/{id}: an event of the user's own, once or in weeks; what stands there is in the way.
/// </summary>
internal static class SaveEvent
{
    public static void Map(RouteGroupBuilder events)
    {
        events
            .MapPost("/", CreateAsync)
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("CreateEvent")
            .WithSummary("Make a personal event");
        events.MapPatch("/{id:long}", EditAsync).WithName("EditEvent").WithSummary("Change a personal event");
    }

    private static async Task<Created<EventView>> CreateAsync(
        EventFields request,
        ClaimsPrincipal user,
        EventWriter events,
        CancellationToken cancellationToken
    )
    {
        var made = await events.SaveAsync(user.UserId(), null, request, cancellationToken);
        return TypedResults.Created($"/api/v1/events/{made.Id}", made);
    }

    private static async Task<Ok<EventView>> EditAsync(
        long id,
        EventFields request,
        ClaimsPrincipal user,
        EventWriter events,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await events.SaveAsync(user.UserId(), id, request, cancellationToken));
}
