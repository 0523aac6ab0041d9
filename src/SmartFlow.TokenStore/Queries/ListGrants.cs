using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;

namespace SmartFlow.TokenStore.Queries;

/// <summary>Credit that a user was given, as old clients see it: an entry of the ledger.</summary>
internal sealed record GrantView(
    ulong GrantId,
    string EventId,
    string Source,
    string SourceLabel,
    long Amount,
    string Status,
    string Description,
    DateTimeOffset CreatedAt
)
{
    public static GrantView Of(LedgerEntry entry, Language language)
    {
        var t = TransactionView.Of(entry, language);
        return new(t.TransactionId, t.EventId, t.Source, t.SourceLabel, t.Amount, t.Status, t.Description, t.CreatedAt);
    }

    public TokenGrantView ToProto() =>
        new()
        {
            GrantId = GrantId,
            EventId = EventId,
            Source = Source,
            SourceLabel = SourceLabel,
            Amount = Amount,
            Status = Status,
            QuotaApplied = Status == TransactionView.Applied,
            Description = Description,
            CreatedAt = WireTime.Of(CreatedAt),
        };
}

/// <summary>
/// ListGrants: orders, grants, rewards and what an operator added, newest first. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ListGrants(IDbContextFactory<TokenStoreDb> databases)
{
    /// <param name="source">Empty: all.</param>
    public async Task<Paged<GrantView>> HandleAsync(
        ulong userId,
        PageQuery page,
        string source,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var filter = TransactionFilter.Of(source, TransactionFilter.Income);
        var account = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.RequireAccountAsync(account, cancellationToken);
        var own = filter
            .Apply(db.Ledger.AsNoTracking().Where(l => l.AccountId == account))
            .Where(l => l.Kind != Kinds.Refund);
        return await page.ReadAsync(
            own.OrderByDescending(l => l.Seq),
            l => GrantView.Of(l, language),
            cancellationToken
        );
    }

    /// <summary>The entries that credited these orders.</summary>
    public async Task<IReadOnlyDictionary<ulong, GrantView>> OfOrdersAsync(
        ulong userId,
        IEnumerable<ulong> orders,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var account = AccountId.Of(userId);
        var keys = orders.Select(o => LedgerFold.OrderKey(account, (long)o).EventId).ToArray();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Ledger.AsNoTracking()
            .Where(l => l.AccountId == account && l.Kind == Kinds.Order && keys.Contains(l.EventId))
            .ToListAsync(cancellationToken);
        return rows.ToDictionary(l => (ulong)l.OrderId!.Value, l => GrantView.Of(l, language));
    }
}
