using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// Knows a user by <c>Authorization: Bearer sf-…</c> or <c>x-api-key: sf-…</c>. Such a user has no role and no session.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    BadBearers bad
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = BearerText.Of(Request) ?? ApiKeyText.Of(Request);
        var keys = Context.RequestServices.GetService<ApiKeys>();
        if (key is null || keys is null)
            return AuthenticateResult.NoResult();
        var owner = await keys.VerifyAsync(key, Context.RequestAborted);
        if (owner is null)
            return bad.Refuse("The API key is unknown or revoked, or has ended.");
        var identity = new ApiKeyIdentity(
            owner,
            [
                new Claim("sub", owner.UserId.ToString(CultureInfo.InvariantCulture)),
                new Claim(AccessTokens.NameClaim, owner.Username),
            ]
        );
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }
}

internal static class ApiKeyText
{
    /// <summary>
    /// The header x-api-key, as Anthropic's clients send it where there is no Authorization, or null.
    /// </summary>
    public static string? Of(Microsoft.AspNetCore.Http.HttpRequest request) =>
        request.Headers.Authorization.Count == 0 && request.Headers["x-api-key"] is [{ Length: > 0 } value]
            ? value.Trim()
            : null;
}

/// <summary>A user who is known by a key.</summary>
internal sealed class ApiKeyIdentity(ApiKeyOwner key, IEnumerable<Claim> claims)
    : ClaimsIdentity(claims, Schemes.ApiKey, AccessTokens.NameClaim, AccessTokens.RoleClaim)
{
    public ApiKeyOwner Key { get; } = key;
}

internal static class BearerText
{
    private const string Word = "Bearer ";

    /// <summary>What follows "Bearer " in the Authorization header, or null.</summary>
    public static string? Of(Microsoft.AspNetCore.Http.HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Word, StringComparison.OrdinalIgnoreCase)
            ? value[Word.Length..].Trim()
            : null;
}
