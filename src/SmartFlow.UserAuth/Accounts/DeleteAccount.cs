using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Users;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Operations;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Accounts;

/// <param name="Password">Who knows it may delete the account.</param>
internal sealed record DeleteAccountRequest(string Password)
{
    // A record would print the password.
    public override string ToString() => "request to delete an account";
}

/// <summary>
/// DELETE /account: 204; the account is gone for good, and its name is free. Sessions, keys and everything that names
/// the user here go in one transaction with the event user.deleted, by which every other module deletes its own. A
/// wrong password counts as a failed sign-in. Refusals: invalid_argument, unauthenticated (it is gone already, too),
/// invalid_credentials, account_locked, rate_limited, forbidden (a shared demo account), conflict (the last operator).
/// </summary>
internal sealed partial class DeleteAccount(
    IWriter<UserAuthDb> writer,
    Credentials credentials,
    SessionStore sessions,
    EndAccess access,
    IHostEnvironment environment,
    TimeProvider time,
    ILogger<DeleteAccount> logger
)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapDelete(
                "/api/v1/account",
                async (
                    [FromBody] DeleteAccountRequest request,
                    ClaimsPrincipal user,
                    HttpContext http,
                    DeleteAccount delete
                ) =>
                {
                    await delete.RunAsync(request, user, http);
                    SessionAnswers.Clear(http);
                    return TypedResults.NoContent();
                }
            )
            .WithMetadata(new LooksAtSession())
            .WithTags("Account")
            .WithName("DeleteAccount")
            .WithSummary("Delete one's own account for good");

    private async Task RunAsync(DeleteAccountRequest request, ClaimsPrincipal principal, HttpContext http)
    {
        if (DemoUser.IsShared(environment, Usernames.Normalise(principal.Username())))
            throw new RefusedException(
                ErrorCodes.Forbidden,
                "Everybody who tries SmartFlow shares the demo account: it cannot be deleted."
            );
        var user = await credentials.CheckAsync(principal.Username(), request.Password, http);
        var end = new AccessEnd(user.Id, RevokedFor.Deleted, ApiKeys: true, Feeds: true, Running: true);
        // Once begun it is carried out, whether its client waits or not.
        var eventId = await writer.WriteAsync(
            (db, token) => DeleteAsync(db, end, principal.SessionId(), token),
            CancellationToken.None
        );
        Log.Deleted(logger, user.Id);
        await access.FinishAsync(end, eventId, http);
    }

    private async Task<string> DeleteAsync(
        UserAuthDb db,
        AccessEnd end,
        string sessionId,
        CancellationToken cancellationToken
    )
    {
        var (id, user, now) = (end.UserId, (ulong)end.UserId, time.GetUtcNow());
        await sessions.HoldAsync(db, sessionId, cancellationToken);
        if (await db.Roles.AnyAsync(r => r.UserId == id && r.Role == CurrentUser.OperatorRole, cancellationToken))
            await UserStanding.KeepOneAsync(db, id, cancellationToken);
        // The row first: a sign-in at the same time comes before this, and its session goes below, or it finds nobody.
        await db
            .Users.Where(u => u.Id == id)
            .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, ""), cancellationToken);
        await access.WriteAsync(db, end, cancellationToken);
        await RemoveAsync(db, id, cancellationToken);
        await db.MarkGoneAsync(user, now, cancellationToken);
        var eventId = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{EventNames.UserDeleted}:{id}"
        );
        db.Publish(eventId, EventNames.UserDeleted, user, new UserDeleted { UserId = user }, now);
        await db.SaveChangesAsync(cancellationToken);
        return eventId;
    }

    private static async Task RemoveAsync(UserAuthDb db, long id, CancellationToken cancellationToken)
    {
        await db.RefreshTokens.Where(t => t.Session!.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Sessions.Where(s => s.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Links.Where(l => l.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.ApiKeys.Where(k => k.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Roles.Where(r => r.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Users.Where(u => u.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "User {UserId} deleted their account")]
        public static partial void Deleted(ILogger logger, long userId);
    }
}
