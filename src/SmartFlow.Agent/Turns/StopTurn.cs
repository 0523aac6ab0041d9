using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// POST /agent/conversations/{id}/stop: the running turn ends with what it has. Nothing runs: nothing happens.
/// </summary>
internal static class StopTurn
{
    internal sealed record Answer(bool Stopping);

    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapPost("/conversations/{id:long}/stop", HandleAsync)
            .WithName("StopTurn")
            .WithSummary("Stop the running answer");

    private static async Task<Accepted<Answer>> HandleAsync(
        long id,
        ClaimsPrincipal user,
        LiveTurns live,
        IDbContextFactory<AgentDb> databases,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await db.Conversations.AnyAsync(c => c.Id == id && c.UserId == userId, cancellationToken))
            throw RefusedException.NotFound("conversation");
        var turn = live.Find(id);
        turn?.Stop();
        return TypedResults.Accepted((string?)null, new Answer(turn is not null));
    }
}
