using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

internal sealed record LoginRequest(string Username, string Password);

/// <summary>
/// POST /auth/login: opens a session. Refusals: invalid_credentials, account_locked, account_disabled, rate_limited,
/// unavailable.
/// </summary>
internal sealed class Login(
    Credentials credentials,
    IWriter<UserAuthDb> writer,
    SessionStore sessions,
    OpenSessions open
)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost("/login", async (LoginRequest request, HttpContext http, Login login, SessionAnswers answers) =>
            {
                var opened = await login.RunAsync(request, http);
                return TypedResults.Ok(answers.Give(http, opened));
            })
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself())
            .RequireRateLimiting(RateLimits.Anonymous);

    private async Task<OpenedSession> RunAsync(LoginRequest request, HttpContext http)
    {
        var user = await credentials.CheckAsync(request.Username, request.Password, http);
        return await OpenAsync(user, http);
    }

    private async Task<OpenedSession> OpenAsync(User user, HttpContext http)
    {
        var opened = await writer.WriteAsync(
            async (db, token) =>
            {
                // The row is held, so that a new password or a disabling ends this session or comes before it.
                var same = await db
                    .Users.Where(u => u.Id == user.Id && u.PasswordHash == user.PasswordHash && u.DisabledAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, u => u.PasswordHash), token);
                if (same == 0)
                    throw Credentials.Wrong();
                var opened = await sessions.OpenAsync(db, user, http.Request.Headers.UserAgent.ToString(), token);
                await db.SaveChangesAsync(token);
                return opened;
            },
            http.RequestAborted
        );
        // The oldest may have ended for it.
        open.ForgetUser((ulong)user.Id);
        return opened;
    }
}
