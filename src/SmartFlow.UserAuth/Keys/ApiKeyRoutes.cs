using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>Without scopes a key opens every surface, without models every model; without limits and an end it has none.</summary>
internal sealed record CreateApiKeyRequest(
    string Name, string[]? Scopes = null, string[]? Models = null, ApiKeyLimits? Limits = null, DateTimeOffset? ExpiresAt = null);

/// <summary>The only answer that ever holds the key.</summary>
internal sealed record CreatedApiKey(long Id, string Name, string Key, DateTimeOffset CreatedAt)
{
    public override string ToString() => $"API key {Id}";
}

/// <summary>A key as its owner sees it. What it has used stands in GET /limits.</summary>
internal sealed record ApiKeyItem(
    long Id, string Name, string Hint, DateTimeOffset CreatedAt, IReadOnlyList<string> Scopes, IReadOnlyList<string> Models,
    ApiKeyLimits Limits, DateTimeOffset? ExpiresAt)
{
    public static ApiKeyItem Of(ApiKey k) => new(
        k.Id, k.Name, k.Hint, k.CreatedAt, ApiKeyTerms.Split(k.Scopes), ApiKeyTerms.Split(k.Models), ApiKeyTerms.LimitsOf(k), k.ExpiresAt);
}

/// <summary>GET, POST, PATCH and DELETE /api-keys: the signed-in user's keys for /v1. Refusals: invalid_argument, conflict, not_found.</summary>
internal static class ApiKeyRoutes
{
    private const int RandomBytes = 32;
    private const int HintLength = 8;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/api-keys").WithTags("API keys");
        keys.MapGet("", ListAsync);
        keys.MapPost("", CreateAsync);
        keys.MapPatch("/{id:long}", UpdateApiKey.HandleAsync);
        keys.MapDelete("/{id:long}", RevokeAsync);
    }

    private static async Task<Paged<ApiKeyItem>> ListAsync(
        ClaimsPrincipal user, IDbContextFactory<UserAuthDb> factory, IOptions<UserAuthOptions> options, CancellationToken cancellationToken)
    {
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var items = await db.ApiKeys.Where(k => k.UserId == userId && k.RevokedAt == null).OrderByDescending(k => k.Id)
            .AsNoTracking().ToListAsync(cancellationToken);
        return new Paged<ApiKeyItem>([.. items.Select(ApiKeyItem.Of)], new PageInfo(1, options.Value.MaxApiKeys, items.Count, false));
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.Created<CreatedApiKey>> CreateAsync(
        CreateApiKeyRequest request, ClaimsPrincipal user, HttpContext http, IWriter<UserAuthDb> writer,
        IOptions<UserAuthOptions> options, TimeProvider time)
    {
        ApiKeyTerms.Check(request.Name, request.Scopes, request.Models, request.Limits, request.ExpiresAt, time.GetUtcNow());
        var userId = (long)user.UserId();
        var key = ApiKeys.Prefix + Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(RandomBytes));
        var row = await writer.WriteAsync(
            async (db, token) =>
            {
                if (await db.ApiKeys.CountAsync(k => k.UserId == userId && k.RevokedAt == null, token) >= options.Value.MaxApiKeys)
                    throw new RefusedException(
                        ErrorCodes.Conflict, $"There are {options.Value.MaxApiKeys} keys already: delete one that is not used.");
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
                await db.SaveChangesAsync(token);
                return added;
            },
            http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/api-keys/{row.Id}", new CreatedApiKey(row.Id, row.Name, key, row.CreatedAt));
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> RevokeAsync(
        long id, ClaimsPrincipal user, IWriter<UserAuthDb> writer, ApiKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var userId = (long)user.UserId();
        var now = time.GetUtcNow();
        var revoked = await writer.WriteAsync(
            (db, token) => db.ApiKeys.Where(k => k.Id == id && k.UserId == userId && k.RevokedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(k => k.RevokedAt, now), token),
            cancellationToken);
        if (revoked == 0) throw RefusedException.NotFound("API key");
        keys.Forget();
        return TypedResults.NoContent();
    }
}
