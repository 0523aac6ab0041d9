using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>A key as its owner sees it. What it has used stands in GET /limits.</summary>
internal sealed record ApiKeyItem(
    long Id,
    string Name,
    string Hint,
    DateTimeOffset CreatedAt,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> Models,
    ApiKeyLimits Limits,
    DateTimeOffset? ExpiresAt
)
{
    public static ApiKeyItem Of(ApiKey k) =>
        new(
            k.Id,
            k.Name,
            k.Hint,
            k.CreatedAt,
            ApiKeyTerms.Split(k.Scopes),
            ApiKeyTerms.Split(k.Models),
            ApiKeyTerms.LimitsOf(k),
            k.ExpiresAt
        );
}

/// <summary>
/// GET, POST, PATCH and DELETE /api-keys: the signed-in user's keys for /v1 and /mcp. Refusals: invalid_argument,
/// conflict, not_found.
/// </summary>
internal static class ApiKeyRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/api/v1/api-keys").WithTags("API keys").WithMetadata(new LooksAtSession());
        keys.MapGet("", ListAsync);
        keys.MapPost("", (CreateApiKeyRequest request, ClaimsPrincipal user, HttpContext http, CreateApiKey create) =>
            create.HandleAsync(request, user, http)
        );
        keys.MapPatch("/{id:long}", UpdateApiKey.HandleAsync);
        keys.MapDelete("/{id:long}", RevokeAsync);
    }

    private static async Task<Paged<ApiKeyItem>> ListAsync(
        ClaimsPrincipal user,
        IDbContextFactory<UserAuthDb> factory,
        IOptions<UserAuthOptions> options,
        CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var items = await db
            .ApiKeys.Where(k => k.UserId == userId && k.RevokedAt == null)
            .OrderByDescending(k => k.Id)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return WholeList.Of<ApiKeyItem>([.. items.Select(ApiKeyItem.Of)], options.Value.MaxApiKeys);
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> RevokeAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<UserAuthDb> writer,
        ApiKeys keys,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        var now = time.GetUtcNow();
        var revoked = await writer.WriteAsync(
            (db, token) =>
                db
                    .ApiKeys.Where(k => k.Id == id && k.UserId == userId && k.RevokedAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(k => k.RevokedAt, now), token),
            cancellationToken
        );
        if (revoked == 0)
            throw RefusedException.NotFound("API key");
        keys.Forget();
        return TypedResults.NoContent();
    }
}
