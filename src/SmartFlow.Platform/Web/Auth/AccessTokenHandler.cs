using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// Knows a user by an access token: from the Authorization header, or under the scheme cookie from the session's
/// cookie. The token's session must be open (<see cref="OpenSessions"/>), and the roles are those that the user has
/// now.
/// </summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokens tokens,
    BadBearers bad
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var token =
            Scheme.Name == Schemes.Cookie ? Request.Cookies[SessionCookies.Access(Request)] : BearerText.Of(Request);
        // An API key is no broken token: its own scheme looks at it, where a policy takes keys.
        if (string.IsNullOrEmpty(token) || token.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal))
            return AuthenticateResult.NoResult();
        if (await tokens.ReadAsync(token, Scheme.Name) is not { } identity)
            return bad.Refuse("The access token is not valid or has expired.");
        if (Context.RequestServices.GetService<OpenSessions>() is { } sessions)
        {
            var sessionId = identity.FindFirst(AccessTokens.SessionClaim)?.Value ?? "";
            var session = await sessions.FindAsync(sessionId, LooksAtSession.On(Context), Context.RequestAborted);
            if (session is null)
                return bad.Refuse("The session has ended.");
            SetRoles(identity, session.Roles);
        }
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    private static void SetRoles(ClaimsIdentity identity, IReadOnlyList<string> roles)
    {
        foreach (var old in identity.FindAll(AccessTokens.RoleClaim).ToArray())
            identity.RemoveClaim(old);
        foreach (var role in roles)
            identity.AddClaim(new Claim(AccessTokens.RoleClaim, role));
    }
}
