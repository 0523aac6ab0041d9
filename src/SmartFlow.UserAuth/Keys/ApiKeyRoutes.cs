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

internal sealed record CreateApiKeyRequest(string Name);

/// <summary>The only answer that ever holds the key.</summary>
internal sealed record CreatedApiKey(long Id, string Name, string Key, DateTimeOffset CreatedAt)
{
    public override string ToString() => $"API key {Id}";
}

internal sealed record ApiKeyItem(long Id, string Name, string Hint, DateTimeOffset CreatedAt);

/// <summary>GET, POST and DELETE /api-keys: the signed-in user's keys for /v1. Refusals: invalid_argument, conflict, not_found.</summary>
internal static class ApiKeyRoutes
{
    private const int MaxNameLength = 64;
    private const int RandomBytes = 32;
    private const int HintLength = 8;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/api-keys").WithTags("API keys");
        keys.MapGet("", ListAsync);
        keys.MapPost("", CreateAsync);
        keys.MapDelete("/{id:long}", RevokeAsync);
    }

    private static async Task<Paged<ApiKeyItem>> ListAsync(
        ClaimsPrincipal user, IDbContextFactory<UserAuthDb> factory, IOptions<UserAuthOptions> options, CancellationToken cancellationToken)
    {
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var items = await db.ApiKeys.Where(k => k.UserId == userId && k.RevokedAt == null).OrderByDescending(k => k.Id)
            .Select(k => new ApiKeyItem(k.Id, k.Name, k.Hint, k.CreatedAt)).ToListAsync(cancellationToken);
        return new Paged<ApiKeyItem>(items, new PageInfo(1, options.Value.MaxApiKeys, items.Count, false));
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.Created<CreatedApiKey>> CreateAsync(
        CreateApiKeyRequest request, ClaimsPrincipal user, HttpContext http, IWriter<UserAuthDb> writer,
        IOptions<UserAuthOptions> options, TimeProvider time)
    {
        var name = request.Name.Trim();
        if (name.Length is 0 or > MaxNameLength) throw RefusedException.Field("name", $"must have 1 to {MaxNameLength} characters");
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
                    Name = name,
                    Hint = key[..HintLength],
                    Hash = ApiKeys.Hash(key),
                    CreatedAt = time.GetUtcNow(),
                };
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
