using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.TokenStore.Operations;

/// <summary>An entry that an operator caused: an adjustment, a refund or a re-rating.</summary>
/// <param name="EventId">Of a refund the key of the call.</param>
/// <param name="Reverses">The transaction that a refund compensates.</param>
/// <param name="OperatorId">0: not known from the entry.</param>
internal sealed record CorrectionView(
    ulong TransactionId,
    ulong UserId,
    string Kind,
    string Source,
    string EventId,
    long AmountMicros,
    long BalanceAfterMicros,
    string Reason,
    ulong OperatorId,
    ulong? Reverses,
    DateTimeOffset CreatedAt
)
{
    public static CorrectionView Of(LedgerEntry e)
    {
        var note = OperatorNote.Read(e.MetadataJson);
        return new(
            (ulong)e.TransactionId,
            (ulong)e.AccountId,
            e.Kind,
            e.Source,
            e.EventId,
            e.AmountMicros,
            e.BalanceAfterMicros,
            note.Reason.Length > 0 ? note.Reason : e.Description,
            note.OperatorId,
            (ulong?)(e.Reverses ?? note.OfTransaction),
            e.CreatedAt
        );
    }
}

/// <summary>Books what operators decide, and lists it.</summary>
internal sealed class CorrectionBooks(IDbContextFactory<TokenStoreDb> databases, LedgerWorker ledger)
{
    /// <summary>The entry, now or from the first time that this key was booked with the same content.</summary>
    /// <param name="post">The account exists.</param>
    /// <param name="otherContent">The refusal when the key was booked with other content.</param>
    /// <exception cref="RefusedException">invalid_argument: the balance would leave 63 bits; otherContent.</exception>
    public async Task<LedgerEntry> BookAsync(Post post, RefusedException otherContent)
    {
        LedgerDecision decision;
        try
        {
            decision = await ledger.SubmitAsync(post);
        }
        catch (OverflowException)
        {
            throw OutOfRange();
        }
        if (decision.Outcome == LedgerOutcome.Conflict)
            throw otherContent;
        if (decision.Outcome == LedgerOutcome.NotFound)
            throw RefusedException.NotFound("account");
        if (decision.Outcome is not (LedgerOutcome.Applied or LedgerOutcome.Repeated))
            throw OutOfRange();
        return await FindAsync(post.AccountId, post.Kind, post.EventId, CancellationToken.None)
            ?? throw new InvalidOperationException("What was booked is not in the ledger.");
    }

    public async Task<LedgerEntry?> FindAsync(
        long account,
        string kind,
        string eventId,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Ledger.AsNoTracking()
            .SingleOrDefaultAsync(
                l => l.AccountId == account && l.Kind == kind && l.EventId == eventId,
                cancellationToken
            );
    }

    /// <param name="only">The literal condition of the small index that answers it.</param>
    /// <param name="userId">Null: all accounts.</param>
    public async Task<Paged<CorrectionView>> ListAsync(
        System.Linq.Expressions.Expression<Func<LedgerEntry, bool>> only,
        ulong? userId,
        PageQuery page,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var entries = db.Ledger.AsNoTracking().Where(only);
        if (userId is { } given)
        {
            var account = AccountId.Of(given);
            entries = entries.Where(l => l.AccountId == account);
        }
        return await page.ReadAsync(
            entries.OrderByDescending(l => l.TransactionId),
            CorrectionView.Of,
            cancellationToken
        );
    }

    private static RefusedException OutOfRange() =>
        RefusedException.Field("amount_micros", "would take the balance beyond what the ledger can count");
}
