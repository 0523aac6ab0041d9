namespace SmartFlow.Contracts.Ledger;

/// <summary>
/// What other modules need of the Credit ledger. Every method may throw RefusedException(unavailable).
/// </summary>
public interface ICreditLedger
{
    Task<OpenAccountResponse> OpenAccountAsync(OpenAccountRequest request, CancellationToken cancellationToken);

    Task<ReserveResponse> ReserveAsync(ReserveRequest request, CancellationToken cancellationToken);

    /// <summary>Each as if asked alone; one that fails is absent. Refusals: invalid_argument (more than 256).</summary>
    Task<ReserveAllResponse> ReserveAllAsync(ReserveAllRequest request, CancellationToken cancellationToken);

    Task<ReleaseResponse> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken);

    /// <summary>Refusals: invalid_argument, not_found, key_reused (booked with other content).</summary>
    Task<AdjustResponse> AdjustAsync(AdjustRequest request, CancellationToken cancellationToken);

    Task<RenewHoldsResponse> RenewHoldsAsync(RenewHoldsRequest request, CancellationToken cancellationToken);

    ValueTask<ResolvePricesResponse> ResolvePricesAsync(
        ResolvePricesRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The balance as a cache knows it, which may be behind; one of 0 or less is the ledger's own, or was so at most
    /// <c>TokenStore:RefusalSeconds</c> ago, because somebody is refused by it.
    /// </summary>
    ValueTask<GetBalanceResponse> GetBalanceAsync(GetBalanceRequest request, CancellationToken cancellationToken);

    Task<ListChargesResponse> ListChargesAsync(ListChargesRequest request, CancellationToken cancellationToken);

    Task<FindChargesResponse> FindChargesAsync(FindChargesRequest request, CancellationToken cancellationToken);

    Task<ListHoldsResponse> ListHoldsAsync(ListHoldsRequest request, CancellationToken cancellationToken);

    /// <summary>Refusals: invalid_argument.</summary>
    Task<AlertSettingsResponse> GetAlertSettingsAsync(
        GetAlertSettingsRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>Refusals: invalid_argument.</summary>
    Task<AlertSettingsResponse> SetAlertSettingsAsync(
        SetAlertSettingsRequest request,
        CancellationToken cancellationToken
    );
}
