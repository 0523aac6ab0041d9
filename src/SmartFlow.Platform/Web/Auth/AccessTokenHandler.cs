using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>Knows a user by an access token: from the Authorization header, or under the scheme cookie from the session's cookie.</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens,
    BadBearers bad)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token = Scheme.Name == Schemes.Cookie ? Request.Cookies[SessionCookies.Access] : BearerText.Of(Request);
        // An API key is no broken token: its own scheme looks at it, where a policy takes keys.
        if (string.IsNullOrEmpty(token) || token.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal)) return AuthenticateResult.NoResult();
        return await tokens.ReadAsync(token, Scheme.Name) is { } identity
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name))
            : bad.Refuse("The access token is not valid or has expired.");
    }
}
