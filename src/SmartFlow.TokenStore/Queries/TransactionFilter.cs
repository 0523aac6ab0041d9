using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Queries;

/// <summary>Which movements are asked for; empty: all.</summary>
internal sealed record TransactionFilter(string Source, string Direction)
{
    public const string Income = "income";
    public const string Expense = "expense";

    /// <summary>What <see cref="LedgerEntry.Source"/> says of every charge of a call, and of nothing else.</summary>
    public const string ChargeSource = "charge";

    private const int MaxSourceLength = 50;

    /// <exception cref="RefusedException">invalid_argument naming source or direction.</exception>
    public static TransactionFilter Of(string? source, string? direction)
    {
        CallerText.Check("source", source ?? "", MaxSourceLength);
        return direction is null or "" or Income or Expense
            ? new TransactionFilter(source ?? "", direction ?? "")
            : throw RefusedException.Field("direction", $"must be {Income} or {Expense}");
    }

    public bool IsEmpty => Source.Length == 0 && Direction.Length == 0;

    /// <summary>Charges of calls can be among the answers: they are expenses, also where they cost nothing.</summary>
    public bool TakesCalls => Source is "" or ChargeSource && Direction != Income;

    public bool Takes(string source, bool income) =>
        (Source.Length == 0 || Source == source) && (Direction.Length == 0 || Direction == Income == income);

    /// <summary>
    /// The movements that pass. A filter that takes no calls says so, so that the small index of everything else
    /// answers; the literal account_id > 0 is what lets SQLite use it.
    /// </summary>
    public IQueryable<LedgerEntry> Apply(IQueryable<LedgerEntry> own)
    {
        if (!TakesCalls)
            own = Others(own);
        if (Source.Length > 0)
            own = own.Where(l => l.Source == Source);
        return Direction switch
        {
            Income => own.Where(l => l.AmountMicros > 0 || l.Kind == Kinds.Reward),
            Expense => own.Where(l => l.AmountMicros <= 0 && l.Kind != Kinds.Reward),
            _ => own,
        };
    }

    public static IQueryable<LedgerEntry> Others(IQueryable<LedgerEntry> own) =>
        own.Where(l => l.Kind != Kinds.Call && l.AccountId > 0);
}
