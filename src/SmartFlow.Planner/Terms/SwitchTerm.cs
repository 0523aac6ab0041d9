using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Terms;

/// <summary>
/// POST /terms/{id}/current: pages, calendars and plans are about that term from now on. It may be repeated.
/// </summary>
internal static class SwitchTerm
{
    public static void Map(RouteGroupBuilder terms) =>
        terms
            .MapPost("/{id:long}/current", HandleAsync)
            .WithName("SwitchTerm")
            .WithSummary("Make another own term the current one");

    private static async Task<Ok<TermView>> HandleAsync(
        long id,
        ClaimsPrincipal user,
        TermWriter terms,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        var term = await terms.MakeCurrentAsync(
            userId,
            async (db, _, token) =>
                await db.Terms.FirstOrDefaultAsync(t => t.Id == id && t.UserId == userId, token)
                ?? throw RefusedException.NotFound("term"),
            cancellationToken
        );
        return TypedResults.Ok(TermView.Of(term, clock.GetUtcNow()));
    }
}
