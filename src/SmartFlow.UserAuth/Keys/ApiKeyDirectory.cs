using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>Finds a key by its hash.</summary>
internal sealed class ApiKeyDirectory(IDbContextFactory<UserAuthDb> factory) : IApiKeyDirectory
{
    public async Task<ApiKeyOwner?> FindAsync(string key, byte[] hash, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.Where(k => k.Hash == hash && k.RevokedAt == null)
            .Select(k => new ApiKeyOwner((ulong)k.UserId, k.Id, k.User!.Username)).SingleOrDefaultAsync(cancellationToken);
    }
}
