using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Keys;

/// <summary>
/// Without scopes a key opens every surface (and changes nothing by itself: mcp.apply has to be named), without models
/// every model; without limits and an end it has none.
/// </summary>
internal sealed record CreateApiKeyRequest(
    string Name,
    string[]? Scopes = null,
    string[]? Models = null,
    ApiKeyLimits? Limits = null,
    DateTimeOffset? ExpiresAt = null
)
{
    /// <summary>The user's, where the sign-in is some time ago.</summary>
    public string? Password { get; init; }

    // A record would print the password.
    public override string ToString() => $"request for the API key {Name}";
}

/// <summary>The only answer that ever holds the key.</summary>
internal sealed record CreatedApiKey(long Id, string Name, string Key, DateTimeOffset CreatedAt)
{
    public override string ToString() => $"API key {Id}";
}

/// <summary>
/// POST /api-keys. A key outlives the session, so it is made by one that is open and whose sign-in is younger than
/// <c>UserAuth:FreshSignInMinutes</c>, or with the password. Refusals: invalid_argument, unauthenticated,
/// password_required, account_locked, conflict, rate_limited.
/// </summary>
internal sealed class CreateApiKey(
    IDbContextFactory<UserAuthDb> databases,
    IWriter<UserAuthDb> writer,
    Credentials credentials,
    SessionStore sessions,
    IOptions<UserAuthOptions> options,
    TimeProvider time
)
{
    private const int RandomBytes = 32;
    private const int HintLength = 8;

    public async Task<Created<CreatedApiKey>> HandleAsync(
        CreateApiKeyRequest request,
        ClaimsPrincipal user,
        HttpContext http
    )
    {
        ApiKeyTerms.Check(
            request.Name,
            request.Scopes,
            request.Models,
            request.Limits,
            request.ExpiresAt,
            time.GetUtcNow()
        );
        if (!await IsFreshAsync(user.SessionId(), http.RequestAborted))
            await CheckPasswordAsync(request.Password, user, http);
        var key = ApiKeys.Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
        var row = await writer.WriteAsync(
            (db, token) => AddAsync(db, request, (long)user.UserId(), user.SessionId(), key, token),
            http.RequestAborted
        );
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            $"/api/v1/api-keys/{row.Id}",
            new CreatedApiKey(row.Id, row.Name, key, row.CreatedAt)
        );
    }

    private async Task<bool> IsFreshAsync(string sessionId, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow().AddMinutes(-options.Value.FreshSignInMinutes);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Sessions.AnyAsync(s => s.Id == sessionId && s.CreatedAt > since, cancellationToken);
    }

    private async Task CheckPasswordAsync(string? password, ClaimsPrincipal user, HttpContext http)
    {
        if (string.IsNullOrEmpty(password))
            throw Required("is required: the sign-in is some time ago");
        try
        {
            await credentials.CheckAsync(user.Username(), password, http);
        }
        catch (RefusedException wrong) when (wrong.Code == ErrorCodes.InvalidCredentials)
        {
            // No 401: the session is good, and a client would refresh it.
            throw Required("is wrong");
        }
    }

    private async Task<ApiKey> AddAsync(
        UserAuthDb db,
        CreateApiKeyRequest request,
        long userId,
        string sessionId,
        string key,
        CancellationToken cancellationToken
    )
    {
        await sessions.HoldAsync(db, sessionId, cancellationToken);
        if (
            await db.ApiKeys.CountAsync(k => k.UserId == userId && k.RevokedAt == null, cancellationToken)
            >= options.Value.MaxApiKeys
        )
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"There are {options.Value.MaxApiKeys} keys already: delete one that is not used."
            );
        var added = new ApiKey
        {
            UserId = userId,
            Name = request.Name.Trim(),
            Hint = key[..HintLength],
            Hash = ApiKeys.Hash(key),
            CreatedAt = time.GetUtcNow(),
            Scopes = ApiKeyTerms.Join(request.Scopes),
            Models = ApiKeyTerms.Join(request.Models),
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        };
        ApiKeyTerms.SetLimits(added, request.Limits ?? new ApiKeyLimits());
        db.ApiKeys.Add(added);
        await db.SaveChangesAsync(cancellationToken);
        return added;
    }

    private static RefusedException Required(string reason) =>
        new(
            ErrorCodes.PasswordRequired,
            $"password: {reason}. Send it with the request, or sign in again.",
            new Dictionary<string, string[]> { ["password"] = [reason] }
        );
}
