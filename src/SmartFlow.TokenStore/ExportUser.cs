using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Users;
using SmartFlow.TokenStore.Alerts;
using SmartFlow.TokenStore.Orders;

namespace SmartFlow.TokenStore;

/// <summary>
/// The Credit account with every movement, what is set aside, the orders, and what the user wants to be told. Micros
/// are millionths of a Credit.
/// </summary>
internal sealed class ExportUser(IDbContextFactory<TokenStoreDb> databases) : IUserData<UserDataOf.TokenStore>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<TokenStoreDb>.ReadAsync(databases, Sections((long)request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<TokenStoreDb>> Sections(long user) =>
        [
            Section<TokenStoreDb>.One<CreditAccount>(
                "accounts",
                db => db.Accounts.Where(x => x.AccountId == user),
                x => new
                {
                    x.AccountId,
                    x.PostedMicros,
                    x.HeldMicros,
                    x.RechargedMicros,
                    x.RewardedMicros,
                    x.ConsumedMicros,
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<TokenStoreDb>.Of<LedgerEntry>(
                "transactions",
                db => db.Ledger.Where(x => x.AccountId == user),
                x => x.Seq,
                x => new
                {
                    x.TransactionId,
                    x.Seq,
                    x.Kind,
                    x.EventId,
                    x.Source,
                    x.AmountMicros,
                    x.BalanceAfterMicros,
                    x.OrderId,
                    x.Description,
                    Metadata = StoredJson.Of(x.MetadataJson),
                    x.Reverses,
                    x.CreatedAt,
                }
            ),
            Section<TokenStoreDb>.Of<CreditHold>(
                "holds",
                db => db.Holds.Where(x => x.AccountId == user),
                x => x.EventId,
                x => new
                {
                    x.EventId,
                    x.AmountMicros,
                    x.CreatedAt,
                    x.ExpiresAt,
                }
            ),
            Section<TokenStoreDb>.Of<CreditOrder>(
                "orders",
                db => db.Orders.Where(x => x.UserId == user),
                x => x.OrderId,
                x => OrderView.Of(x)
            ),
            Section<TokenStoreDb>.One<CreditAlert>(
                "alerts",
                db => db.Alerts.Where(x => x.AccountId == user),
                x => new
                {
                    x.Enabled,
                    x.LowBalanceMicros,
                    x.DailySpendMicros,
                    x.LowSince,
                }
            ),
        ];
}
