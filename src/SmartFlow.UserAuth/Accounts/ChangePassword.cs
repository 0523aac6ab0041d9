using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Accounts;

internal sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword);

/// <summary>
/// POST /auth/change-password: 204, and every other session of the user ends. A wrong current password counts as a failed
/// sign-in. Refusals: invalid_argument, invalid_credentials, account_locked, rate_limited.
/// </summary>
internal sealed class ChangePassword(IWriter<UserAuthDb> writer, Passwords passwords, Credentials credentials, SessionStore sessions)
{
    public static void Map(IEndpointRouteBuilder auth) => auth
        .MapPost("/change-password", async (ChangePasswordRequest request, ClaimsPrincipal user, HttpContext http, ChangePassword change) =>
        {
            await change.RunAsync(request, user, http);
            return TypedResults.NoContent();
        });

    private async Task RunAsync(ChangePasswordRequest request, ClaimsPrincipal principal, HttpContext http)
    {
        if (Passwords.Problem(request.NewPassword) is { } problem) throw RefusedException.Field("new_password", problem);
        var user = await credentials.CheckAsync(principal.Username(), request.CurrentPassword, http);
        await SetAsync(user.Id, request.NewPassword, principal.SessionId(), http.RequestAborted);
    }

    /// <summary>Sets the password, unlocks the account and ends every session but one.</summary>
    public async Task SetAsync(long userId, string password, string keptSession, CancellationToken cancellationToken)
    {
        var hash = await passwords.HashAsync(password, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
                    s => s.SetProperty(u => u.PasswordHash, hash)
                        .SetProperty(u => u.FailedSignIns, 0)
                        .SetProperty(u => u.LockedUntil, (DateTimeOffset?)null),
                    token);
                return await sessions.RevokeAllAsync(db, userId, keptSession, RevokedFor.PasswordChanged, token);
            },
            cancellationToken);
    }
}
