using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>
/// Asks the process that hosts the users. Both sides remember a verified key for a while, so that a revoked key is
/// believed here for at most twice <see cref="AuthOptions.ApiKeyCacheSeconds"/>.
/// </summary>
internal sealed class RemoteApiKeys(IUserAuth users) : IApiKeyDirectory
{
    public async Task<ApiKeyOwner?> FindAsync(string key, byte[] hash, CancellationToken cancellationToken)
    {
        var owner = await users.VerifyApiKeyAsync(new VerifyApiKeyRequest { Key = key }, cancellationToken);
        return owner.Found ? new ApiKeyOwner(owner.UserId, owner.KeyId, owner.Username) : null;
    }
}
