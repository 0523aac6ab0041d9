using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>Finds a key by its hash.</summary>
internal sealed class ApiKeyDirectory(IDbContextFactory<UserAuthDb> factory, TimeProvider time) : IApiKeyDirectory
{
    public async Task<ApiKeyOwner?> FindAsync(string key, byte[] hash, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var row = await db
            .ApiKeys.AsNoTracking()
            .Include(k => k.User)
            .SingleOrDefaultAsync(
                k =>
                    k.Hash == hash
                    && k.RevokedAt == null
                    && (k.ExpiresAt == null || k.ExpiresAt > now)
                    && k.User!.DisabledAt == null,
                cancellationToken
            );
        return row is null
            ? null
            : new ApiKeyOwner((ulong)row.UserId, row.Id, row.User!.Username)
            {
                Name = row.Name,
                Scopes = ApiKeyTerms.Split(row.Scopes),
                Models = ApiKeyTerms.Split(row.Models),
                RequestsPerMinute = row.RequestsPerMinute,
                CreditMicrosPerDay = row.CreditMicrosPerDay,
                CreditMicrosPerMonth = row.CreditMicrosPerMonth,
                ExpiresAt = row.ExpiresAt,
            };
    }
}
