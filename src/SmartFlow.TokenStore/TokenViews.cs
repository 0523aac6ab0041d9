using Smartflow.Tokenstore;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore;

/// <summary>
/// The Token messages of the contract, for old clients: views of the Credit ledger, a token being a whole Credit.
/// Nothing is ever recorded without being applied.
/// </summary>
internal static class TokenViews
{
    private const string Synced = "synced";
    private const string Tip = "Token 已并入 Credit 账本,入账即可用。";

    public static TokenSummary Summary(SummaryView summary)
    {
        var total = checked(summary.TotalRecharged + summary.TotalRewarded);
        return new()
        {
            RecordedTokenTotal = total,
            AppliedTokenTotal = total,
            QuotaSyncStatus = Synced,
            Tip = Tip,
        };
    }

    public static TokenProductView Product(ProductView p) =>
        new()
        {
            ProductId = p.ProductId,
            Name = p.Name,
            Description = p.Description,
            TokenAmount = p.CreditAmount,
            PriceCent = p.PriceCent,
            PriceText = p.PriceText,
            Currency = p.Currency,
            Badge = p.Badge,
            Status = p.Status,
            SortOrder = p.SortOrder,
        };

    /// <param name="grant">The entry that credited it; null before.</param>
    public static TokenOrderView Order(OrderView o, GrantView? grant) =>
        new()
        {
            OrderId = o.OrderId,
            OrderNo = o.OrderNo,
            Status = o.Status,
            TokenAmount = o.CreditAmount,
            AmountCent = o.AmountCent,
            PriceText = o.PriceText,
            Currency = o.Currency,
            PaymentMode = o.PaymentMode,
            Grant = grant?.ToProto(),
            CreatedAt = WireTime.Of(o.CreatedAt),
            PaidAt = WireTime.Of(o.PaidAt),
            GrantedAt = WireTime.Of(o.CreditedAt),
            ProductSnapshot = o.ProductSnapshot,
            ProductName = o.ProductName,
            Quantity = o.Quantity,
        };
}
