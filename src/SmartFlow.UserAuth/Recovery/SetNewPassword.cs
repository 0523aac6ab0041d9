using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Accounts;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Recovery;

/// <param name="Token">What stands behind the # of the link.</param>
/// <param name="NewPassword">10 to 128 characters.</param>
/// <param name="EndApiKeys">The API keys end as well: somebody else had the password.</param>
/// <param name="EndFeeds">The calendar feed ends as well.</param>
internal sealed record NewPasswordRequest(
    string Token,
    string NewPassword,
    bool EndApiKeys = false,
    bool EndFeeds = false
)
{
    // A record would print both.
    public override string ToString() => "request for a new password";
}

/// <summary>
/// POST /auth/recovery/complete: 204; the password of the link's account is another one, every session of it ends, and
/// its confirmed address hears of it. Refusals: invalid_argument, link_ended, rate_limited, unavailable.
/// </summary>
internal sealed partial class SetNewPassword(
    IDbContextFactory<UserAuthDb> databases,
    IWriter<UserAuthDb> writer,
    AccountLinks links,
    Passwords passwords,
    EntryLimits limits,
    EndAccess access,
    AccountMails mails,
    ILogger<SetNewPassword> logger
)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost("/recovery/complete", (NewPasswordRequest request, HttpContext http, SetNewPassword set) =>
                set.RunAsync(request, http)
            )
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself())
            .RequireRateLimiting(RateLimits.Anonymous)
            .WithName("CompleteRecovery")
            .WithSummary("Set a new password by a link");

    private async Task<NoContent> RunAsync(NewPasswordRequest request, HttpContext http)
    {
        if (Passwords.Problem(request.NewPassword) is { } problem)
            throw RefusedException.Field("new_password", problem);
        await limits.UseLinkAsync(Network.Of(http.Connection.RemoteIpAddress));
        // :: Step 1: only a good link has anything hashed.
        var (link, user) = await FindAsync(request.Token, http.RequestAborted);
        var hash = await passwords.HashAsync(request.NewPassword, http.RequestAborted);
        // :: Step 2: it is used up with the new password, in one transaction.
        var end = new AccessEnd(
            user.Id,
            RevokedFor.PasswordChanged,
            request.EndApiKeys,
            request.EndFeeds,
            Running: false
        );
        var eventId = await writer.WriteAsync(
            async (db, token) =>
            {
                await links.TakeAsync(db, link, token);
                await links.EndAllAsync(db, user.Id, token);
                await db
                    .Users.Where(u => u.Id == user.Id)
                    .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, hash), token);
                return await access.WriteAsync(db, end, token);
            },
            CancellationToken.None
        );
        // :: Step 3: what is remembered of the sessions is forgotten, and the owner hears of it.
        await access.FinishAsync(end, eventId);
        Log.Recovered(logger, user.Id, link.Purpose);
        if (user.VerifiedEmail is not null)
            mails.TryAdd(
                new MailWork.Tell(user.Email!, user.Username, AccountMailKinds.Recovered, http.Request.WantsChinese())
            );
        return TypedResults.NoContent();
    }

    private async Task<(AccountLink Link, User User)> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var link = await db
            .Links.AsNoTracking()
            .Where(links.Good(token, LinkPurpose.Recovery, LinkPurpose.Operator))
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw AccountLinks.Ended();
        var user = await db
            .Users.AsNoTracking()
            .FirstOrDefaultAsync(u => u.Id == link.UserId && u.DisabledAt == null, cancellationToken)
            ?? throw AccountLinks.Ended();
        return (link, user);
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "User {UserId} has a new password by a link ({Purpose}); every session has ended"
        )]
        public static partial void Recovered(ILogger logger, long userId, string purpose);
    }
}
