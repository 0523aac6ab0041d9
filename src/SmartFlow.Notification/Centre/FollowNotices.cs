using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Notification.Centre;

/// <summary>
/// GET /notifications/stream: events <c>unread</c> with the number of unread notices and the newest one's id, at once,
/// when they change, and every <see cref="Look"/> as a sign of life; what another host told comes with those. It ends
/// with its session, which is looked at each time. Limits: <c>Web:MaxStreamsPerUser</c>. Not in the document of the
/// API, whose readers wait for the end of an answer.
/// </summary>
internal static class FollowNotices
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    /// <param name="Unread">How many.</param>
    /// <param name="LastId">The newest notice; 0: none.</param>
    internal sealed record State(int Unread, long LastId);

    public static void Map(IEndpointRouteBuilder centre) => centre.MapGet("/stream", Handle).ExcludeFromDescription();

    private static ServerSentEventsResult<State> Handle(
        ClaimsPrincipal user,
        HttpContext http,
        IDbContextFactory<NotificationDb> factory,
        LiveNotices live,
        CancellationToken cancellationToken
    )
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(
            StatesAsync(user, http.RequestServices.GetService<OpenSessions>(), factory, live, cancellationToken),
            "unread"
        );
    }

    private static async IAsyncEnumerable<State> StatesAsync(
        ClaimsPrincipal user,
        OpenSessions? sessions,
        IDbContextFactory<NotificationDb> factory,
        LiveNotices live,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        using var follower = live.Follow(userId);
        do
        {
            yield return await ReadAsync(userId, factory, cancellationToken);
            await follower.WaitAsync(Look, cancellationToken);
        } while (sessions is null || await IsOpenAsync(sessions, user.SessionId(), cancellationToken));
    }

    /// <summary>Users out of reach end no stream: the next look asks again.</summary>
    private static async Task<bool> IsOpenAsync(
        OpenSessions sessions,
        string sessionId,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await sessions.FindAsync(sessionId, looks: true, cancellationToken) is not null;
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.Unavailable)
        {
            return true;
        }
    }

    private static async Task<State> ReadAsync(
        long userId,
        IDbContextFactory<NotificationDb> factory,
        CancellationToken cancellationToken
    )
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var own = db.Notices.AsNoTracking().Where(n => n.UserId == userId);
        return new State(
            await own.CountAsync(n => n.ReadAt == null, cancellationToken),
            await own.MaxAsync(n => (long?)n.Id, cancellationToken) ?? 0
        );
    }
}
