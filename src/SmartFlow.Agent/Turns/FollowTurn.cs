using System.Globalization;
using System.Net.ServerSentEvents;
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
/// GET /agent/conversations/{id}/stream?after_seq=: resumes a broken stream. What is kept after that number, then the
/// running turn to its end. Last-Event-ID is taken as well, so that a browser reconnects by itself.
/// </summary>
internal static class FollowTurn
{
    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapGet("/conversations/{id:long}/stream", HandleAsync)
            .WithName("FollowConversation")
            .WithSummary("Resume a broken stream");

    /// <summary>A stream of that conversation, which no proxy on the way may hold back.</summary>
    public static ServerSentEventsResult<string> Answer(
        HttpContext http,
        long conversationId,
        IAsyncEnumerable<TurnEvent> events
    )
    {
        http.Response.Headers[Chat.ConversationHeader] = conversationId.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(ToSse(events));
    }

    private static async IAsyncEnumerable<SseItem<string>> ToSse(IAsyncEnumerable<TurnEvent> events)
    {
        await foreach (var one in events)
            yield return one.ToSse();
    }

    private static async Task<ServerSentEventsResult<string>> HandleAsync(
        long id,
        long? after_seq,
        ClaimsPrincipal user,
        HttpContext http,
        IDbContextFactory<AgentDb> databases,
        ReplayTurn replay,
        CancellationToken cancellationToken
    )
    {
        var after = after_seq ?? LastEventId(http.Request) ?? 0;
        if (after < 0)
            throw RefusedException.Field("after_seq", "must not be negative");
        var userId = user.UserId();
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            if (!await db.Conversations.AnyAsync(c => c.Id == id && c.UserId == userId, cancellationToken))
                throw RefusedException.NotFound("conversation");
        return Answer(http, id, replay.AfterAsync(id, after, null, cancellationToken));
    }

    private static long? LastEventId(HttpRequest request) =>
        long.TryParse(
            request.Headers["Last-Event-ID"].FirstOrDefault(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seq
        )
            ? seq
            : null;
}
