using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// Access tokens: JWT (RFC 7519) signed with HMAC-SHA256 under the installation's key, valid for minutes.
/// </summary>
public sealed class AccessTokens
{
    internal const string Issuer = "smartflow";
    internal const string NameClaim = "name";
    internal const string RoleClaim = "role";
    internal const string SessionClaim = "sid";
    private const int KeyBytes = 32;
    private const int MaxTokenLength = 8_192;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    private readonly TimeProvider time;
    private readonly AuthOptions options;
    private readonly byte[] csrfKey;
    private readonly TokenValidationParameters validation;
    private readonly SigningCredentials credentials;
    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <exception cref="SetupException">The configured key is not one, or it is missing and modules are
    /// split.</exception>
    public AccessTokens(
        IOptions<AuthOptions> options,
        DataFolder folder,
        IConfiguration configuration,
        TimeProvider time
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(folder);
        this.options = options.Value;
        this.time = time;
        var key = Key(this.options, folder, configuration);
        csrfKey = HMACSHA256.HashData(key, "sf-csrf"u8);
        credentials = new SigningCredentials(new SymmetricSecurityKey(key), SecurityAlgorithms.HmacSha256);
        validation = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Issuer,
            IssuerSigningKey = credentials.Key,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            NameClaimType = NameClaim,
            RoleClaimType = RoleClaim,
            LifetimeValidator = (from, until, _, _) => IsInTime(from, until),
        };
    }

    public TimeSpan Lifetime => TimeSpan.FromMinutes(options.AccessTokenMinutes);

    /// <summary>A token for the user; the session binds it to its CSRF token.</summary>
    public string Issue(ulong userId, string username, IReadOnlyCollection<string> roles, string sessionId)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return handler.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = Issuer,
                IssuedAt = now,
                NotBefore = now,
                Expires = now + Lifetime,
                SigningCredentials = credentials,
                Claims = new Dictionary<string, object>
                {
                    ["sub"] = userId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    [NameClaim] = username,
                    [RoleClaim] = roles.ToArray(),
                    [SessionClaim] = sessionId,
                },
            }
        );
    }

    /// <summary>
    /// The CSRF token of a session: an HMAC, so that a cookie planted by somebody else does not pass.
    /// </summary>
    public string CsrfToken(string sessionId) =>
        Base64UrlEncoder.Encode(HMACSHA256.HashData(csrfKey, System.Text.Encoding.UTF8.GetBytes(sessionId)));

    /// <summary>Whether header and cookie are both the session's CSRF token.</summary>
    public bool CsrfMatches(string sessionId, string? header, string? cookie)
    {
        var expected = System.Text.Encoding.UTF8.GetBytes(CsrfToken(sessionId));
        return Same(expected, header) && Same(expected, cookie);
    }

    /// <summary>Who the token names, or null where it is forged, foreign or expired.</summary>
    internal async Task<ClaimsIdentity?> ReadAsync(string token, string authenticationType)
    {
        if (token.Length > MaxTokenLength)
            return null;
        var result = await handler.ValidateTokenAsync(token, validation);
        return result.IsValid
            ? new ClaimsIdentity(result.ClaimsIdentity.Claims, authenticationType, NameClaim, RoleClaim)
            : null;
    }

    private bool IsInTime(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until > now && (from is null || from <= now + ClockSkew);
    }

    private static bool Same(byte[] expected, string? given) =>
        given is not null
        && CryptographicOperations.FixedTimeEquals(expected, System.Text.Encoding.UTF8.GetBytes(given));

    private static byte[] Key(AuthOptions options, DataFolder folder, IConfiguration configuration)
    {
        if (options.SigningKey.Length == 0)
            return string.IsNullOrEmpty(configuration["modules"])
                ? folder.Secret("signing.key", KeyBytes)
                : throw new SetupException(
                    "Modules run in several processes, so they need one signing key: set Auth__SigningKey to 32 random "
                        + "bytes in base64 (openssl rand -base64 32), the same in each."
                );
        var bytes = new byte[KeyBytes + 1];
        return Convert.TryFromBase64String(options.SigningKey, bytes, out var written) && written == KeyBytes
            ? bytes[..KeyBytes]
            : throw new SetupException("Auth__SigningKey must be 32 bytes in base64 (openssl rand -base64 32).");
    }
}

/// <summary>What a principal says beside the user id.</summary>
public static class PrincipalClaims
{
    /// <summary>The session, or empty for an API key.</summary>
    public static string SessionId(this ClaimsPrincipal user) => user.FindFirstValue(AccessTokens.SessionClaim) ?? "";

    public static string Username(this ClaimsPrincipal user) => user.FindFirstValue(AccessTokens.NameClaim) ?? "";
}
