using System.Collections.Concurrent;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The ledger where it is another process's: a call asks it once, for its hold, which alone admits anything. Prices are
/// those of at most a second ago, as they are of at most <c>Store:PriceRefreshSeconds</c> ago in any process that did
/// not write them. Who had Credit when it was last heard of is taken to have some for a while, where nothing more is
/// asked: the hold refuses otherwise, and is remembered.
/// </summary>
internal sealed class RemoteLedger(ICreditLedger ledger, TimeProvider time) : ICreditLedger
{
    private const int PricesLimit = 1_000;
    private const int Slots = 16_384;
    private static readonly TimeSpan PricesKept = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CreditBelieved = TimeSpan.FromSeconds(60);
    private readonly JoinedHolds holds = new(ledger);
    private readonly ConcurrentDictionary<ResolvePricesRequest, (ResolvePricesResponse Prices, long At)> prices = new();

    /// <summary>Users who meet in one only cost each other a question.</summary>
    private readonly Solvent?[] solvent = new Solvent?[Slots];

    public async Task<ReserveResponse> ReserveAsync(ReserveRequest request, CancellationToken cancellationToken)
    {
        var reserved = await holds.ReserveAsync(request);
        Note(
            request.Key?.UserId ?? 0,
            reserved.Outcome != ReserveOutcome.Insufficient,
            reserved.BalanceMicros,
            reserved.HeldMicros
        );
        return reserved;
    }

    public Task<ReserveAllResponse> ReserveAllAsync(ReserveAllRequest request, CancellationToken cancellationToken) =>
        ledger.ReserveAllAsync(request, cancellationToken);

    public async ValueTask<ResolvePricesResponse> ResolvePricesAsync(
        ResolvePricesRequest request,
        CancellationToken cancellationToken
    )
    {
        if (prices.TryGetValue(request, out var known) && time.GetElapsedTime(known.At) < PricesKept)
            return known.Prices;
        // Before it is asked: what is kept is never older than it seems.
        var at = time.GetTimestamp();
        var resolved = await ledger.ResolvePricesAsync(request, cancellationToken);
        if (prices.Count >= PricesLimit)
            prices.Clear();
        prices[request] = (resolved, at);
        return resolved;
    }

    public async ValueTask<GetBalanceResponse> GetBalanceAsync(
        GetBalanceRequest request,
        CancellationToken cancellationToken
    )
    {
        var (user, own) = (request.UserId, request.OwnRow);
        if (
            request.AboveZeroIsEnough
            && !own
            && Volatile.Read(ref solvent[user % Slots]) is { } known
            && known.UserId == user
            && time.GetElapsedTime(known.At) < CreditBelieved
        )
            return new GetBalanceResponse
            {
                Found = true,
                BalanceMicros = known.BalanceMicros,
                HeldMicros = known.HeldMicros,
            };
        var balance = await ledger.GetBalanceAsync(request, cancellationToken);
        if (balance.Found)
            Note(user, true, balance.BalanceMicros, balance.HeldMicros);
        return balance;
    }

    public Task<OpenAccountResponse> OpenAccountAsync(
        OpenAccountRequest request,
        CancellationToken cancellationToken
    ) => ledger.OpenAccountAsync(request, cancellationToken);

    public Task<ReleaseResponse> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken) =>
        ledger.ReleaseAsync(request, cancellationToken);

    public Task<AdjustResponse> AdjustAsync(AdjustRequest request, CancellationToken cancellationToken) =>
        ledger.AdjustAsync(request, cancellationToken);

    public Task<RenewHoldsResponse> RenewHoldsAsync(RenewHoldsRequest request, CancellationToken cancellationToken) =>
        ledger.RenewHoldsAsync(request, cancellationToken);

    public Task<ListChargesResponse> ListChargesAsync(
        ListChargesRequest request,
        CancellationToken cancellationToken
    ) => ledger.ListChargesAsync(request, cancellationToken);

    public Task<FindChargesResponse> FindChargesAsync(
        FindChargesRequest request,
        CancellationToken cancellationToken
    ) => ledger.FindChargesAsync(request, cancellationToken);

    public Task<ListHoldsResponse> ListHoldsAsync(ListHoldsRequest request, CancellationToken cancellationToken) =>
        ledger.ListHoldsAsync(request, cancellationToken);

    public Task<AlertSettingsResponse> GetAlertSettingsAsync(
        GetAlertSettingsRequest request,
        CancellationToken cancellationToken
    ) => ledger.GetAlertSettingsAsync(request, cancellationToken);

    public Task<AlertSettingsResponse> SetAlertSettingsAsync(
        SetAlertSettingsRequest request,
        CancellationToken cancellationToken
    ) => ledger.SetAlertSettingsAsync(request, cancellationToken);

    /// <summary>Of anybody else who is in the slot nothing is known from now on.</summary>
    private void Note(ulong user, bool admitted, long balanceMicros, long heldMicros) =>
        Volatile.Write(
            ref solvent[user % Slots],
            admitted && balanceMicros > 0 ? new Solvent(user, balanceMicros, heldMicros, time.GetTimestamp()) : null
        );

    private sealed record Solvent(ulong UserId, long BalanceMicros, long HeldMicros, long At);
}
