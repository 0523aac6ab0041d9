using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Turns;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Conversations;

/// <summary>
/// DELETE /agent/conversations/{id}: with all that was said; a running turn is stopped and ends silently.
/// </summary>
internal static class DeleteConversation
{
    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapDelete("/conversations/{id:long}", HandleAsync)
            .WithName("DeleteConversation")
            .WithSummary("Delete a conversation");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<AgentDb> writer,
        LiveTurns live,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        var deleted = await writer.WriteAsync(
            async (db, token) =>
            {
                var count = await db
                    .Conversations.Where(c => c.Id == id && c.UserId == userId)
                    .ExecuteDeleteAsync(token);
                if (count == 0)
                    return 0;
                await db.Timeline.Where(i => i.ConversationId == id).ExecuteDeleteAsync(token);
                await db.Interactions.Where(i => i.ConversationId == id).ExecuteDeleteAsync(token);
                await db.Rounds.Where(r => r.ConversationId == id).ExecuteDeleteAsync(token);
                await db.Turns.Where(t => t.ConversationId == id).ExecuteDeleteAsync(token);
                return count;
            },
            cancellationToken
        );
        if (deleted == 0)
            throw RefusedException.NotFound("conversation");
        live.Find(id)?.Stop();
        return TypedResults.NoContent();
    }
}
