using System.Globalization;
using SmartFlow.Contracts.Billing;
using Smartflow.Tokenstore;

namespace SmartFlow.TokenStore.Orders;

/// <summary>
/// An order as its buyer sees it: CreditOrderView of the contract, with exact amounts and real times.
/// </summary>
internal sealed record OrderView(
    ulong OrderId,
    string OrderNo,
    string Status,
    ulong ProductId,
    string ProductName,
    int Quantity,
    long CreditAmount,
    long CreditAmountMicros,
    long AmountCent,
    string PriceText,
    string Currency,
    string PaymentMode,
    string ProductSnapshot,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PaidAt,
    DateTimeOffset? CreditedAt,
    DateTimeOffset? ClosedAt
)
{
    public static OrderView Of(CreditOrder order) =>
        new(
            (ulong)order.OrderId,
            order.OrderNo,
            order.Status,
            (ulong)order.ProductId,
            order.ProductName,
            order.Quantity,
            order.CreditAmount,
            order.CreditAmount * Pricing.MicrosPerCredit,
            order.AmountCent,
            PriceTexts.Of(order.AmountCent, order.Currency),
            order.Currency,
            order.PaymentMode,
            order.ProductSnapshot,
            order.CreatedAt,
            order.PaidAt,
            order.CreditedAt,
            order.ClosedAt
        );

    public CreditOrderView ToProto() =>
        new()
        {
            OrderId = OrderId,
            OrderNo = OrderNo,
            Status = Status,
            ProductName = ProductName,
            Quantity = Quantity,
            CreditAmount = CreditAmount,
            AmountCent = AmountCent,
            PriceText = PriceText,
            Currency = Currency,
            PaymentMode = PaymentMode,
            ProductSnapshot = ProductSnapshot,
            CreatedAt = WireTime.Of(CreatedAt),
            PaidAt = WireTime.Of(PaidAt),
            CreditedAt = WireTime.Of(CreditedAt),
        };
}

/// <summary>Prices as people read them.</summary>
internal static class PriceTexts
{
    public static string Of(long cent, string currency)
    {
        var amount = (cent / 100m).ToString("0.00", CultureInfo.InvariantCulture);
        return currency == "CNY" ? "¥" + amount : $"{currency} {amount}";
    }
}
