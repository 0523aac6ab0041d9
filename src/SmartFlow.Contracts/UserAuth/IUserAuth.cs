namespace SmartFlow.Contracts.UserAuth;

/// <summary>What other modules need to know of users. Every method may throw RefusedException(unavailable).</summary>
public interface IUserAuth
{
    /// <summary>
    /// Whose an API key is; found = false for one that is unknown or revoked. Cached for a short while.
    /// </summary>
    ValueTask<VerifyApiKeyResponse> VerifyApiKeyAsync(VerifyApiKeyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a session is open and what its user may do by now; open = false for one that has ended or is unknown.
    /// </summary>
    Task<GetSessionResponse> GetSessionAsync(GetSessionRequest request, CancellationToken cancellationToken);

    /// <summary>Users by id and by name; unknown ones are absent. Refusals: invalid_argument above 1,000.</summary>
    Task<GetUsersResponse> GetUsersAsync(GetUsersRequest request, CancellationToken cancellationToken);

    /// <summary>What operators have switched on and off, by name; what nobody touched is absent.</summary>
    Task<GetFeaturesResponse> GetFeaturesAsync(GetFeaturesRequest request, CancellationToken cancellationToken);

    /// <summary>Always refused: unimplemented. Credit is checked by ICreditLedger.ReserveAsync.</summary>
    [Obsolete("Quotas became Credit: use ICreditLedger.ReserveAsync.")]
    Task<CheckTokenQuotaResponse> CheckTokenQuotaAsync(
        CheckTokenQuotaRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>Always refused: unimplemented. Usage is charged by the event credit.charge.requested.</summary>
    [Obsolete("Usage is charged by the event credit.charge.requested.")]
    Task<AdjustTokenUsageResponse> AdjustTokenUsageAsync(
        AdjustTokenUsageRequest request,
        CancellationToken cancellationToken
    );
}
