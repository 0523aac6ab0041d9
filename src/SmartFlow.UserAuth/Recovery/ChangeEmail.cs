using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Accounts;
using SmartFlow.UserAuth.Operations;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Recovery;

/// <param name="Email">The address.</param>
/// <param name="Password">Who knows it may change where a new one is sent to.</param>
internal sealed record ChangeEmailRequest(string Email, string Password)
{
    // A record would print the password.
    public override string ToString() => "request for another address";
}

/// <param name="Password">Who knows it may take the address away.</param>
internal sealed record RemoveEmailRequest(string Password)
{
    public override string ToString() => "request for no address";
}

/// <summary>
/// PUT /auth/email: 202; a link goes to the address, and the account has it once the link is used. DELETE /auth/email:
/// 204; it has none any more. What was the confirmed address hears of it. A wrong password counts as a failed sign-in.
/// Refusals: invalid_argument, unauthenticated, invalid_credentials, account_locked, forbidden (a shared demo account),
/// mail_off, rate_limited, unavailable.
/// </summary>
internal sealed class ChangeEmail(
    IWriter<UserAuthDb> writer,
    Credentials credentials,
    SessionStore sessions,
    AccountLinks links,
    AccountMails mails,
    IHostEnvironment environment
)
{
    public static void Map(IEndpointRouteBuilder auth)
    {
        auth.MapPut(
                "/email",
                async (ChangeEmailRequest request, ClaimsPrincipal user, HttpContext http, ChangeEmail change) =>
                    await change.AskAsync(request, user, http)
            )
            .WithMetadata(new LooksAtSession())
            .WithName("ChangeEmail")
            .WithSummary("Have another address, after it was confirmed");
        auth.MapDelete(
                "/email",
                async (
                    [FromBody] RemoveEmailRequest request,
                    ClaimsPrincipal user,
                    HttpContext http,
                    ChangeEmail change
                ) => await change.RemoveAsync(request, user, http)
            )
            .WithMetadata(new LooksAtSession())
            .WithName("RemoveEmail")
            .WithSummary("Have no address");
    }

    private async Task<Accepted> AskAsync(ChangeEmailRequest request, ClaimsPrincipal principal, HttpContext http)
    {
        var address = request.Email.Trim();
        if (Emails.Problem(address) is { } problem)
            throw RefusedException.Field("email", problem);
        NotShared(principal);
        await mails.RequireAsync(http.RequestAborted);
        var user = await credentials.CheckAsync(principal.Username(), request.Password, http);
        var token = await writer.WriteAsync(
            async (db, stop) =>
            {
                await sessions.HoldAsync(db, principal.SessionId(), stop);
                return await links.MailedAsync(db, user.Id, LinkPurpose.Email, address, stop);
            },
            http.RequestAborted
        )
            ?? throw new RefusedException(
                ErrorCodes.RateLimited,
                "Enough links went to this address today; try again tomorrow.",
                retryAfter: TimeSpan.FromHours(1)
            );
        await mails.SendNowAsync(
            address,
            "",
            AccountMailKinds.VerifyEmail,
            http.Request.WantsChinese(),
            AccountLinks.Path(AccountMails.ConfirmPage, token),
            http.RequestAborted
        );
        return TypedResults.Accepted((string?)null);
    }

    private async Task<NoContent> RemoveAsync(RemoveEmailRequest request, ClaimsPrincipal principal, HttpContext http)
    {
        NotShared(principal);
        var user = await credentials.CheckAsync(principal.Username(), request.Password, http);
        await writer.SaveAsync(
            async (db, stop) =>
            {
                await sessions.HoldAsync(db, principal.SessionId(), stop);
                await db
                    .Users.Where(u => u.Id == user.Id)
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(u => u.Email, (string?)null).SetProperty(u => u.VerifiedEmail, (string?)null),
                        stop
                    );
                await links.EndAllAsync(db, user.Id, stop);
            },
            http.RequestAborted
        );
        if (user.VerifiedEmail is not null)
            mails.TryAdd(
                new MailWork.Tell(
                    user.Email!,
                    user.Username,
                    AccountMailKinds.EmailChanged,
                    http.Request.WantsChinese()
                )
            );
        return TypedResults.NoContent();
    }

    private void NotShared(ClaimsPrincipal principal)
    {
        if (DemoUser.IsShared(environment, Usernames.Normalise(principal.Username())))
            throw new RefusedException(
                ErrorCodes.Forbidden,
                "Everybody who tries SmartFlow shares the demo account: it has no address."
            );
    }
}
