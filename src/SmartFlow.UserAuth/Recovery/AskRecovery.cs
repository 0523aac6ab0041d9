using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Recovery;

/// <param name="Account">A user name, or an address that was confirmed.</param>
internal sealed record RecoveryRequest(string Account);

/// <summary>
/// POST /auth/recovery: 202 for whatever name. Where it is somebody's with a confirmed address, a link that works once
/// goes there. Refusals, none of which depend on the account: invalid_argument, mail_off, rate_limited (from this
/// network), unavailable.
/// </summary>
internal sealed class AskRecovery(AccountMails mails, EntryLimits limits)
{
    private const int MaxAccount = 254;

    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost("/recovery", (RecoveryRequest request, HttpContext http, AskRecovery ask) =>
                ask.RunAsync(request, http)
            )
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself())
            .RequireRateLimiting(RateLimits.Anonymous)
            .WithName("AskRecovery")
            .WithSummary("Forgot the password: have a link sent");

    private async Task<Accepted> RunAsync(RecoveryRequest request, HttpContext http)
    {
        new FieldErrors().Text("account", request.Account, 1, MaxAccount).Throw("No account looks like this.");
        await mails.RequireAsync(http.RequestAborted);
        await limits.RecoverAsync(Network.Of(http.Connection.RemoteIpAddress));
        if (!mails.TryAdd(new MailWork.Recover(request.Account, http.Request.WantsChinese())))
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "Too much mail waits right now; try again.",
                retryAfter: TimeSpan.FromSeconds(30)
            );
        return TypedResults.Accepted((string?)null);
    }
}

internal static class AskedLanguage
{
    /// <summary>The language of a mail: that of the page that asks for it; Chinese otherwise.</summary>
    public static bool WantsChinese(this HttpRequest request) =>
        !request.Headers.AcceptLanguage.ToString().TrimStart().StartsWith("en", StringComparison.OrdinalIgnoreCase);
}
