using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Recovery;

/// <param name="Token">What stands behind the # of the link.</param>
internal sealed record ConfirmEmailRequest(string Token)
{
    public override string ToString() => "confirmation of an address";
}

/// <summary>
/// POST /auth/email/confirm: 204; the link's account has the link's address from now on, and the confirmed one of
/// before hears of it. No session is needed: mail is often read elsewhere. Refusals: invalid_argument, link_ended,
/// rate_limited.
/// </summary>
internal sealed class ConfirmEmail(
    IWriter<UserAuthDb> writer,
    AccountLinks links,
    EntryLimits limits,
    AccountMails mails
)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost("/email/confirm", (ConfirmEmailRequest request, HttpContext http, ConfirmEmail confirm) =>
                confirm.RunAsync(request, http)
            )
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself())
            .RequireRateLimiting(RateLimits.Anonymous)
            .WithName("ConfirmEmail")
            .WithSummary("Show that an address is yours, by a link");

    private async Task<NoContent> RunAsync(ConfirmEmailRequest request, HttpContext http)
    {
        await limits.UseLinkAsync(Network.Of(http.Connection.RemoteIpAddress));
        var (before, username, changed) = await writer.WriteAsync(
            async (db, token) =>
            {
                var link = await db
                    .Links.AsNoTracking()
                    .Where(links.Good(request.Token, LinkPurpose.Email))
                    .FirstOrDefaultAsync(token)
                    ?? throw AccountLinks.Ended();
                var user = await db.Users.FirstOrDefaultAsync(u => u.Id == link.UserId && u.DisabledAt == null, token)
                    ?? throw AccountLinks.Ended();
                await links.TakeAsync(db, link, token);
                var before = user.VerifiedEmail is null ? null : user.Email;
                var changed = user.VerifiedEmail != link.Address;
                (user.Email, user.VerifiedEmail) = (link.Address, link.Address);
                await db.SaveChangesAsync(token);
                return (before, user.Username, changed);
            },
            CancellationToken.None
        );
        if (before is not null && changed)
            mails.TryAdd(
                new MailWork.Tell(before, username, AccountMailKinds.EmailChanged, http.Request.WantsChinese())
            );
        return TypedResults.NoContent();
    }
}
