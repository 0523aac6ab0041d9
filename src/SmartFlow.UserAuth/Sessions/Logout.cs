using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

internal sealed record LogoutRequest(string? RefreshToken = null);

/// <summary>
/// POST /auth/logout: 204; ends the session of the access token, of the refresh token or of the cookies, whichever is
/// there, and clears the cookies; the session's access tokens open nothing from then on. Refusals: csrf_failed.
/// </summary>
internal sealed class Logout(IWriter<UserAuthDb> writer, SessionStore sessions, OpenSessions open, AccessTokens tokens)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost("/logout", async (LogoutRequest? request, ClaimsPrincipal user, HttpContext http, Logout logout) =>
            {
                await logout.RunAsync(request?.RefreshToken, user, http);
                SessionAnswers.Clear(http);
                return TypedResults.NoContent();
            })
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself());

    private async Task RunAsync(string? given, ClaimsPrincipal user, HttpContext http)
    {
        var byCookie = string.IsNullOrEmpty(given) && http.Request.Headers.Authorization.Count == 0;
        var token = byCookie ? http.Request.Cookies[SessionCookies.Refresh(http.Request)] : given;
        var hash = string.IsNullOrEmpty(token) ? null : SessionStore.Hash(token);
        var sid = user.SessionId();
        var ended = await writer.WriteAsync(
            async (db, cancellation) =>
            {
                var session = hash is not null
                    ? (
                        await db
                            .RefreshTokens.Include(t => t.Session)
                            .SingleOrDefaultAsync(t => t.Hash == hash, cancellation)
                    )?.Session
                    : await db.Sessions.SingleOrDefaultAsync(s => s.Id == sid, cancellation);
                if (session is null)
                    return null;
                if (byCookie)
                    CsrfGuard.Check(http, tokens, session.Id);
                sessions.Revoke(session, RevokedFor.SignOut);
                await db.SaveChangesAsync(cancellation);
                return session.Id;
            },
            http.RequestAborted
        );
        if (ended is not null)
            open.Forget(ended);
    }
}
