using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Terms;

/// <summary>GET /terms/current: the saved term, or the default with id null. GET /terms: all that were saved.</summary>
internal static class ReadTerm
{
    public static void Map(RouteGroupBuilder terms)
    {
        terms
            .MapGet("/current", CurrentAsync)
            .WithName("ReadCurrentTerm")
            .WithSummary("The term: weeks, hours, days off");
        terms.MapGet("/", ListAsync).WithName("ListTerms").WithSummary("Own terms, newest first");
    }

    private static async Task<Ok<TermView>> CurrentAsync(
        ClaimsPrincipal user,
        TermWriter terms,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return TypedResults.Ok(
            TermView.Of(await terms.ReadAsync(db, user.UserId(), cancellationToken), clock.GetUtcNow())
        );
    }

    private static async Task<Ok<Paged<TermView>>> ListAsync(
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size);
        var userId = user.UserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var own = db.Terms.AsNoTracking().Where(t => t.UserId == userId);
        var now = clock.GetUtcNow();
        var ordered = own.OrderByDescending(t => t.FirstMonday).ThenByDescending(t => t.Id);
        return TypedResults.Ok(await query.ReadAsync(ordered, t => TermView.Of(t, now), cancellationToken));
    }
}
