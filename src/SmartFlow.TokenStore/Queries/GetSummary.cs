using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// A balance and where it comes from. In whole Credits recharged + rewarded − consumed is the balance: the balance is
/// rounded down and the consumption up, and what a fraction in the rewards leaves over is counted there.
/// </summary>
internal sealed record SummaryView(
    ulong UserId,
    long Balance,
    long BalanceMicros,
    long HeldMicros,
    bool IsBlocked,
    string SnapshotSource,
    DateTimeOffset UpdatedAt,
    long TotalRecharged,
    long TotalRechargedMicros,
    long TotalRewarded,
    long TotalRewardedMicros,
    long TotalConsumed,
    long TotalConsumedMicros
)
{
    public static SummaryView Of(CreditAccount a)
    {
        var balance = Pricing.FloorCredits(a.PostedMicros);
        var recharged = Pricing.FloorCredits(a.RechargedMicros);
        var consumed = Pricing.CeilCredits(a.ConsumedMicros);
        return new SummaryView(
            (ulong)a.AccountId,
            balance,
            a.PostedMicros,
            a.HeldMicros,
            a.PostedMicros <= 0,
            "ledger",
            a.UpdatedAt,
            recharged,
            a.RechargedMicros,
            balance - recharged + consumed,
            a.RewardedMicros,
            consumed,
            a.ConsumedMicros
        );
    }

    public CreditBalanceSnapshotView ToProto() =>
        new()
        {
            UserId = UserId,
            Balance = Balance,
            IsBlocked = IsBlocked,
            SnapshotSource = SnapshotSource,
            UpdatedAt = WireTime.Of(UpdatedAt),
            TotalRecharged = TotalRecharged,
            TotalRewarded = TotalRewarded,
            TotalConsumed = TotalConsumed,
        };
}

/// <summary>
/// GET /credit-store/summary: the signed-in user's balance, read from the account itself. Refusals: not_found.
/// </summary>
internal sealed class GetSummary(IDbContextFactory<TokenStoreDb> databases)
{
    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet("/summary", (ClaimsPrincipal user, GetSummary get, CancellationToken cancellationToken) =>
            get.HandleAsync(user.UserId(), cancellationToken)
        );

    public async Task<SummaryView> HandleAsync(ulong userId, CancellationToken cancellationToken)
    {
        var id = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.AccountId == id, cancellationToken);
        return account is null ? throw RefusedException.NotFound("account") : SummaryView.Of(account);
    }
}
