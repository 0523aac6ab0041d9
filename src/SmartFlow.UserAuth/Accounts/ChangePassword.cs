using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Recovery;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Accounts;

/// <param name="CurrentPassword">Who knows it may change it.</param>
/// <param name="NewPassword">10 to 128 characters.</param>
/// <param name="KeepApiKeys">The API keys go on; else they end.</param>
/// <param name="KeepFeeds">The calendar feed goes on; else it ends.</param>
internal sealed record ChangePasswordRequest(
    string CurrentPassword,
    string NewPassword,
    bool KeepApiKeys = false,
    bool KeepFeeds = false
);

/// <summary>
/// POST /auth/change-password: 204; every session of the user ends, this one too, and unless told otherwise API keys
/// and the calendar feed. The web application gets a new session's cookies with the answer; others sign in again. A
/// wrong current password counts as a failed sign-in. Refusals: invalid_argument, unauthenticated, invalid_credentials,
/// account_locked, rate_limited.
/// </summary>
internal sealed class ChangePassword(
    IWriter<UserAuthDb> writer,
    Passwords passwords,
    Credentials credentials,
    SessionStore sessions,
    EndAccess access,
    AccountLinks links,
    AccountMails mails
)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost(
                "/change-password",
                async (
                    ChangePasswordRequest request,
                    ClaimsPrincipal user,
                    HttpContext http,
                    ChangePassword change,
                    SessionAnswers answers
                ) =>
                {
                    if (await change.RunAsync(request, user, http) is { } opened)
                        answers.Give(http, opened);
                    return TypedResults.NoContent();
                }
            )
            .WithMetadata(new LooksAtSession());

    private async Task<OpenedSession?> RunAsync(
        ChangePasswordRequest request,
        ClaimsPrincipal principal,
        HttpContext http
    )
    {
        if (Passwords.Problem(request.NewPassword) is { } problem)
            throw RefusedException.Field("new_password", problem);
        var user = await credentials.CheckAsync(principal.Username(), request.CurrentPassword, http);
        var client = SessionAnswers.IsWeb(http.Request) ? http.Request.Headers.UserAgent.ToString() : null;
        var end = new AccessEnd(
            user.Id,
            RevokedFor.PasswordChanged,
            !request.KeepApiKeys,
            !request.KeepFeeds,
            Running: false
        );
        var opened = await SetAsync(end, user, request.NewPassword, principal.SessionId(), client, http.RequestAborted);
        if (user.VerifiedEmail is not null)
            mails.TryAdd(
                new MailWork.Tell(
                    user.Email!,
                    user.Username,
                    AccountMailKinds.PasswordChanged,
                    http.Request.WantsChinese()
                )
            );
        return opened;
    }

    /// <summary>For an operator at the machine: no session has to be open, and no relay runs beside it.</summary>
    public async Task SetAsync(AccessEnd end, string password, CancellationToken cancellationToken)
    {
        var hash = await passwords.HashAsync(password, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                await KeepAsync(db, end.UserId, hash, token);
                return await access.WriteAsync(db, end, token);
            },
            cancellationToken
        );
    }

    private async Task<OpenedSession?> SetAsync(
        AccessEnd end,
        User user,
        string password,
        string sessionId,
        string? client,
        CancellationToken cancellationToken
    )
    {
        var hash = await passwords.HashAsync(password, cancellationToken);
        var (opened, eventId) = await writer.WriteAsync(
            async (db, token) =>
            {
                await sessions.HoldAsync(db, sessionId, token);
                await KeepAsync(db, end.UserId, hash, token);
                var eventId = await access.WriteAsync(db, end, token);
                var opened = client is null ? null : await sessions.OpenAsync(db, user, client, token);
                await db.SaveChangesAsync(token);
                return (opened, eventId);
            },
            cancellationToken
        );
        await access.FinishAsync(end, eventId);
        return opened;
    }

    private async Task KeepAsync(UserAuthDb db, long userId, string hash, CancellationToken cancellationToken)
    {
        await db
            .Users.Where(u => u.Id == userId)
            .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, hash), cancellationToken);
        await links.EndAllAsync(db, userId, cancellationToken);
    }
}
