using System.Security.Claims;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>
/// What is absent stays as it is. <c>limits</c> replaces all caps; <c>expires_at: null</c> takes the end away.
/// </summary>
internal sealed record UpdateApiKeyRequest(
    string? Name = null,
    string[]? Scopes = null,
    string[]? Models = null,
    ApiKeyLimits? Limits = null
)
{
    /// <summary>A time or null.</summary>
    public JsonElement ExpiresAt { get; init; }
}

/// <summary>
/// PATCH /api-keys/{id}. Other processes believe the old terms for as long as they believe a verified key. Refusals:
/// invalid_argument, not_found.
/// </summary>
internal static class UpdateApiKey
{
    public static async Task<ApiKeyItem> HandleAsync(
        long id,
        UpdateApiKeyRequest request,
        ClaimsPrincipal user,
        IWriter<UserAuthDb> writer,
        ApiKeys keys,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (changesEnd, expiresAt) = EndOf(request.ExpiresAt);
        ApiKeyTerms.Check(request.Name, request.Scopes, request.Models, request.Limits, expiresAt, time.GetUtcNow());
        var userId = (long)user.UserId();
        var changed = await writer.WriteAsync(
            async (db, token) =>
            {
                var key = await db.ApiKeys.SingleOrDefaultAsync(
                    k => k.Id == id && k.UserId == userId && k.RevokedAt == null,
                    token
                ) ?? throw RefusedException.NotFound("API key");
                if (request.Name is { } name)
                    key.Name = name.Trim();
                if (request.Scopes is { } scopes)
                    key.Scopes = ApiKeyTerms.Join(scopes);
                if (request.Models is { } models)
                    key.Models = ApiKeyTerms.Join(models);
                if (request.Limits is { } limits)
                    ApiKeyTerms.SetLimits(key, limits);
                if (changesEnd)
                    key.ExpiresAt = expiresAt;
                await db.SaveChangesAsync(token);
                return key;
            },
            cancellationToken
        );
        keys.Forget();
        return ApiKeyItem.Of(changed);
    }

    private static (bool Changes, DateTimeOffset? ExpiresAt) EndOf(JsonElement given) =>
        given.ValueKind switch
        {
            JsonValueKind.Undefined => (false, null),
            JsonValueKind.Null => (true, null),
            JsonValueKind.String when given.TryGetDateTimeOffset(out var time) => (true, time.ToUniversalTime()),
            _ => throw RefusedException.Field("expires_at", "must be a time as RFC 3339 writes it, or null"),
        };
}
