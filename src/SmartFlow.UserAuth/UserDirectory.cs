using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth;

/// <summary>The module's contract, for other modules.</summary>
internal sealed class UserDirectory(
    ApiKeys keys,
    ISessionDirectory sessions,
    IDbContextFactory<UserAuthDb> factory,
    IFeatureDirectory features
) : IUserAuth
{
    private const int MaxUsers = 1_000;

    public async ValueTask<VerifyApiKeyResponse> VerifyApiKeyAsync(
        VerifyApiKeyRequest request,
        CancellationToken cancellationToken
    ) =>
        await keys.VerifyAsync(request.Key, cancellationToken) is { } owner
            ? Verified(owner)
            : new VerifyApiKeyResponse();

    public async Task<GetSessionResponse> GetSessionAsync(
        GetSessionRequest request,
        CancellationToken cancellationToken
    ) =>
        await sessions.FindAsync(request.SessionId, cancellationToken) is { } session
            ? new GetSessionResponse
            {
                Open = true,
                UserId = session.UserId,
                Roles = { session.Roles },
                EndsAtMicros = UnixMicros.From(session.EndsAt),
            }
            : new GetSessionResponse();

    public async Task<GetUsersResponse> GetUsersAsync(GetUsersRequest request, CancellationToken cancellationToken)
    {
        if (request.UserIds.Count + request.Usernames.Count > MaxUsers)
            throw RefusedException.Field("user_ids", $"must be at most {MaxUsers}");
        var ids = request.UserIds.Select(id => (long)id).ToArray();
        var names = request.Usernames.Select(n => Usernames.Normalise(n.Trim())).ToArray();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var users = await db
            .Users.AsNoTracking()
            .Where(u => ids.Contains(u.Id) || names.Contains(u.NormalisedName))
            .OrderBy(u => u.Id)
            .ToListAsync(cancellationToken);
        var response = new GetUsersResponse();
        response.Items.AddRange(
            users.Select(u => new UserView
            {
                UserId = (ulong)u.Id,
                Username = u.Username,
                DisplayName = u.DisplayName ?? "",
            })
        );
        return response;
    }

    public async Task<GetFeaturesResponse> GetFeaturesAsync(
        GetFeaturesRequest request,
        CancellationToken cancellationToken
    )
    {
        var response = new GetFeaturesResponse();
        foreach (var (name, on) in await features.ReadAsync(cancellationToken))
            response.Switches[name] = on;
        return response;
    }

    [Obsolete("Quotas became Credit.")]
    public Task<CheckTokenQuotaResponse> CheckTokenQuotaAsync(
        CheckTokenQuotaRequest request,
        CancellationToken cancellationToken
    ) =>
        throw new RefusedException(
            ErrorCodes.Unimplemented,
            "Quotas became Credit: reserve it at smartflow.ledger.CreditLedgerService/Reserve."
        );

    [Obsolete("Usage is charged by an event.")]
    public Task<AdjustTokenUsageResponse> AdjustTokenUsageAsync(
        AdjustTokenUsageRequest request,
        CancellationToken cancellationToken
    ) =>
        throw new RefusedException(
            ErrorCodes.Unimplemented,
            "Usage is charged by the event credit.charge.requested on smartflow.llm.outbox."
        );

    private static VerifyApiKeyResponse Verified(ApiKeyOwner owner)
    {
        var response = new VerifyApiKeyResponse
        {
            Found = true,
            UserId = owner.UserId,
            KeyId = owner.KeyId,
            Username = owner.Username,
            Scopes = { owner.Scopes },
            Models = { owner.Models },
            Name = owner.Name,
        };
        if (owner.RequestsPerMinute is { } requests)
            response.RequestsPerMinute = requests;
        if (owner.CreditMicrosPerDay is { } day)
            response.CreditMicrosPerDay = day;
        if (owner.CreditMicrosPerMonth is { } month)
            response.CreditMicrosPerMonth = month;
        if (owner.ExpiresAt is { } end)
            response.ExpiresAtMicros = UnixMicros.From(end);
        return response;
    }
}
