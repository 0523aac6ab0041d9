using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.UserAuth.Sessions;

internal sealed record RefreshRequest(string? RefreshToken = null);

/// <summary>
/// POST /auth/refresh: a new access token and the next refresh token; the old one is used up. One that comes a second
/// time was copied by somebody, so the whole session ends; only within a few seconds of its use, when two tabs refresh
/// at once, is the second merely refused (in_flight): the browser holds the new cookies by then, and a thief gains
/// nothing. Refusals: unauthenticated, in_flight, csrf_failed.
/// </summary>
internal sealed class Refresh(
    IWriter<UserAuthDb> writer,
    SessionStore sessions,
    OpenSessions open,
    AccessTokens tokens,
    IOptions<UserAuthOptions> options,
    TimeProvider time,
    ILogger<Refresh> logger
)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost(
                "/refresh",
                async (RefreshRequest? request, HttpContext http, Refresh refresh, SessionAnswers answers) =>
                {
                    var (opened, refusal, _) = await refresh.RunAsync(request?.RefreshToken, http);
                    if (opened is not null)
                        return Results.Ok(answers.Give(http, opened));
                    if (refusal!.Code == ErrorCodes.Unauthenticated)
                        SessionAnswers.Clear(http);
                    await Refusals.WriteAsync(http, refusal);
                    return Results.Empty;
                }
            )
            .Produces<SessionAnswer>()
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself())
            .RequireRateLimiting(RateLimits.Anonymous);

    private async Task<Outcome> RunAsync(string? given, HttpContext http)
    {
        var isWeb = SessionAnswers.IsWeb(http.Request);
        var token = isWeb ? http.Request.Cookies[SessionCookies.Refresh(http.Request)] : given;
        if (string.IsNullOrEmpty(token))
            return isWeb ? Ended() : throw RefusedException.Field("refresh_token", "is required");
        var hash = SessionStore.Hash(token);
        var outcome = await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var found = await db
                    .RefreshTokens.Include(t => t.Session)
                    .SingleOrDefaultAsync(t => t.Hash == hash, cancellation);
                if (found is null)
                    return Ended();
                if (isWeb)
                    CsrfGuard.Check(http, tokens, found.SessionId);
                var rotated = await RotateAsync(db, found, cancellation);
                await db.SaveChangesAsync(cancellation);
                return rotated;
            },
            http.RequestAborted
        );
        if (outcome.EndedSession is { } ended)
            open.Forget(ended);
        return outcome;
    }

    private async Task<Outcome> RotateAsync(UserAuthDb db, RefreshToken token, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = token.Session!;
        if (session.RevokedAt is not null || token.ExpiresAt <= now)
            return Ended();
        if (token.UsedAt is { } used)
        {
            if (now - used < TimeSpan.FromSeconds(options.Value.RefreshRaceSeconds))
                return Race();
            sessions.Revoke(session, RevokedFor.Reuse);
            logger.Reused(session.UserId, session.Id);
            return Ended() with { EndedSession = session.Id };
        }
        // By the row alone: between our look and this, another request may have used it.
        var mine = await db
            .RefreshTokens.Where(t => t.Hash == token.Hash && t.UsedAt == null)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.UsedAt, now), cancellationToken);
        if (mine == 0)
            return Race();
        var user = await db
            .Users.AsNoTracking()
            .Include(u => u.Roles)
            .SingleAsync(u => u.Id == session.UserId, cancellationToken);
        return new Outcome(new OpenedSession(user, session, sessions.AddToken(db, session)), null);
    }

    private static Outcome Ended() =>
        new(null, new RefusedException(ErrorCodes.Unauthenticated, "The session has ended: sign in again."));

    private static Outcome Race() =>
        new(
            null,
            new RefusedException(
                ErrorCodes.InFlight,
                "This token was refreshed a moment ago: use the newer one.",
                retryAfter: TimeSpan.FromSeconds(1)
            )
        );

    private sealed record Outcome(OpenedSession? Opened, RefusedException? Refusal, string? EndedSession = null);
}

internal static partial class RefreshLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A used refresh token of user {UserId} came again; session {SessionId} was ended"
    )]
    public static partial void Reused(this ILogger logger, long userId, string sessionId);
}
