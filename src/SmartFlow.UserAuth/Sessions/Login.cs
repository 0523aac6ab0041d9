using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

internal sealed record LoginRequest(string Username, string Password);

/// <summary>POST /auth/login: opens a session. Refusals: invalid_credentials, account_locked, rate_limited, unavailable.</summary>
internal sealed class Login(Credentials credentials, IWriter<UserAuthDb> writer, SessionStore sessions)
{
    public static void Map(IEndpointRouteBuilder auth) => auth
        .MapPost("/login", async (LoginRequest request, HttpContext http, Login login, SessionAnswers answers) =>
        {
            var opened = await login.RunAsync(request, http);
            return TypedResults.Ok(answers.Give(http, opened));
        })
        .AllowAnonymous().WithMetadata(new ChecksCsrfItself()).RequireRateLimiting(RateLimits.Anonymous);

    private async Task<OpenedSession> RunAsync(LoginRequest request, HttpContext http)
    {
        var user = await credentials.CheckAsync(request.Username, request.Password, http);
        return await OpenAsync(user, http.RequestAborted);
    }

    private Task<OpenedSession> OpenAsync(User user, CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            if (user.FailedSignIns > 0 || user.LockedUntil is not null)
                await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(
                    s => s.SetProperty(u => u.FailedSignIns, 0).SetProperty(u => u.LockedUntil, (DateTimeOffset?)null), token);
            var opened = await sessions.OpenAsync(db, user, token);
            await db.SaveChangesAsync(token);
            return opened;
        },
        cancellationToken);
}
