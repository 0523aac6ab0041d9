using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Events;

/// <summary>GET /events: those of the current term, by title; GET /events/{id}: one of them.</summary>
internal static class ListEvents
{
    public static void Map(RouteGroupBuilder events)
    {
        events.MapGet("/", HandleAsync).WithName("ListEvents").WithSummary("Personal events of the current term");
        events.MapGet("/{id:long}", ReadAsync).WithName("ReadEvent").WithSummary("One personal event");
    }

    private static async Task<Ok<Paged<EventView>>> HandleAsync(
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size, EventWriter.EventsMax);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await TermWriter.FindAsync(db, user.UserId(), cancellationToken);
        if (term is null)
            return TypedResults.Ok(query.Wrap<EventView>([], 0));
        var own = EventWriter.OfTerm(db, term).AsNoTracking();
        return TypedResults.Ok(
            await query.ReadAsync(
                own.OrderBy(c => c.Name).ThenBy(c => c.Id),
                c => EventView.Of(c, term),
                cancellationToken
            )
        );
    }

    private static async Task<Ok<EventView>> ReadAsync(
        long id,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await TermWriter.FindAsync(db, user.UserId(), cancellationToken)
            ?? throw RefusedException.NotFound("event");
        return TypedResults.Ok(EventView.Of(await EventWriter.FindAsync(db, term, id, cancellationToken), term));
    }
}
