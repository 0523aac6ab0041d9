using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Data;
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
        return owner.Found ? Owner(owner) : null;
    }

    private static ApiKeyOwner Owner(VerifyApiKeyResponse key) =>
        new(key.UserId, key.KeyId, key.Username)
        {
            Name = key.Name,
            Scopes = [.. key.Scopes],
            Models = [.. key.Models],
            RequestsPerMinute = key.HasRequestsPerMinute ? key.RequestsPerMinute : null,
            CreditMicrosPerDay = key.HasCreditMicrosPerDay ? key.CreditMicrosPerDay : null,
            CreditMicrosPerMonth = key.HasCreditMicrosPerMonth ? key.CreditMicrosPerMonth : null,
            ExpiresAt = key.HasExpiresAtMicros ? UnixMicros.ToTime(key.ExpiresAtMicros) : null,
        };
}
