using SmartFlow.Contracts.Billing;
using Smartflow.Tokenstore;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// A movement as its owner sees it: CreditTransactionView of the contract with exact amounts. Amounts are signed; a
/// whole amount is the difference of the whole balances around it, so that whole amounts sum to the whole balance too.
/// </summary>
internal sealed record TransactionView(
    ulong TransactionId,
    string EventId,
    string Source,
    string SourceLabel,
    string Direction,
    long Amount,
    long AmountMicros,
    long BalanceAfter,
    long BalanceAfterMicros,
    string Status,
    string Description,
    string MetadataJson,
    DateTimeOffset CreatedAt,
    ulong? OrderId
)
{
    public const string Applied = "applied";
    private const string Skipped = "skipped";

    public static TransactionView Of(LedgerEntry entry, Language language)
    {
        var after = Pricing.FloorCredits(entry.BalanceAfterMicros);
        return new TransactionView(
            (ulong)entry.TransactionId,
            entry.EventId,
            entry.Source,
            SourceLabels.Of(entry.Source, language),
            entry.AmountMicros > 0 || entry.Kind == Kinds.Reward ? TransactionFilter.Income : TransactionFilter.Expense,
            after - Pricing.FloorCredits(entry.BalanceAfterMicros - entry.AmountMicros),
            entry.AmountMicros,
            after,
            entry.BalanceAfterMicros,
            entry is { Kind: Kinds.Reward, AmountMicros: 0 } ? Skipped : Applied,
            entry.Description,
            entry.MetadataJson,
            entry.CreatedAt,
            (ulong?)entry.OrderId
        );
    }

    public CreditTransactionView ToProto() =>
        new()
        {
            TransactionId = TransactionId,
            EventId = EventId,
            Source = Source,
            SourceLabel = SourceLabel,
            Direction = Direction,
            Amount = Amount,
            BalanceAfter = BalanceAfter,
            Status = Status,
            Description = Description,
            MetadataJson = MetadataJson,
            CreatedAt = WireTime.Of(CreatedAt),
            OrderId = OrderId ?? 0,
        };
}
