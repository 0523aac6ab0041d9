using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// Sums over everything that passes the filter, not over the page. Signed: the expense is negative or 0.
/// </summary>
internal sealed record TransactionTotals(long IncomeMicros, long ExpenseMicros);

internal sealed record TransactionPage(IReadOnlyList<TransactionView> Items, PageInfo Page, TransactionTotals Totals);

/// <summary>
/// GET /credit-store/transactions: the signed-in user's own movements, newest first. However long the ledger is, a page
/// and its totals cost the same: charges are counted from the account's own numbers (seq is gapless, posted is the
/// sum), everything else from a small index. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ListTransactions(IDbContextFactory<TokenStoreDb> databases)
{
    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet(
            "/transactions",
            (
                ClaimsPrincipal user,
                HttpRequest request,
                ListTransactions list,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                string? source,
                string? direction,
                CancellationToken cancellationToken
            ) =>
                list.HandleAsync(
                    user.UserId(),
                    PageQuery.Of(page, pageSize),
                    TransactionFilter.Of(source, direction),
                    request.Language(),
                    cancellationToken
                )
        );

    public async Task<TransactionPage> HandleAsync(
        ulong userId,
        PageQuery page,
        TransactionFilter filter,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var id = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var top = await TopAsync(db, id, cancellationToken);
        // What is booked from here on has a higher number: all that follows sees the same ledger.
        var own = db.Ledger.AsNoTracking().Where(l => l.AccountId == id && l.Seq <= top.Seq);
        var (count, totals) = Total(top, filter, await OthersAsync(own, cancellationToken));
        var total = (int)Math.Min(count, int.MaxValue);
        var rows = page.Skip >= total ? [] : await Rows(own, top, page, filter).ToListAsync(cancellationToken);
        var wrapped = page.Wrap<TransactionView>([.. rows.Select(l => TransactionView.Of(l, language))], total);
        return new TransactionPage(wrapped.Items, wrapped.Page, totals);
    }

    private static async Task<Top> TopAsync(TokenStoreDb db, long id, CancellationToken cancellationToken) =>
        await db
            .Accounts.AsNoTracking()
            .Where(a => a.AccountId == id)
            .Select(a => new Top(a.Seq, a.PostedMicros))
            .SingleOrDefaultAsync(cancellationToken)
        ?? throw RefusedException.NotFound("account");

    private static Task<List<Others>> OthersAsync(IQueryable<LedgerEntry> own, CancellationToken cancellationToken) =>
        TransactionFilter
            .Others(own)
            .GroupBy(l => new { l.Source, Income = l.AmountMicros > 0 || l.Kind == Kinds.Reward })
            .Select(g => new Others(g.Key.Source, g.Key.Income, g.LongCount(), g.Sum(l => l.AmountMicros)))
            .ToListAsync(cancellationToken);

    /// <summary>Calls are what is left of the account's numbers once everything else is taken off.</summary>
    private static (long Count, TransactionTotals Totals) Total(Top top, TransactionFilter filter, List<Others> others)
    {
        var taken = others.Where(o => filter.Takes(o.Source, o.Income)).ToList();
        var count = taken.Sum(o => o.Count);
        var income = taken.Where(o => o.Income).Sum(o => o.SumMicros);
        var expense = taken.Where(o => !o.Income).Sum(o => o.SumMicros);
        if (filter.TakesCalls)
        {
            count += top.Seq - others.Sum(o => o.Count);
            expense += top.PostedMicros - others.Sum(o => o.SumMicros);
        }
        return (count, new TransactionTotals(income, expense));
    }

    private static IQueryable<LedgerEntry> Rows(
        IQueryable<LedgerEntry> own,
        Top top,
        PageQuery page,
        TransactionFilter filter
    )
    {
        if (!filter.IsEmpty)
            return filter.Apply(own).OrderByDescending(l => l.Seq).Skip(page.Skip).Take(page.Size);
        var (from, to) = (top.Seq - page.Skip - page.Size, top.Seq - page.Skip);
        return own.Where(l => l.Seq > from && l.Seq <= to).OrderByDescending(l => l.Seq);
    }

    private sealed record Top(long Seq, long PostedMicros);

    private sealed record Others(string Source, bool Income, long Count, long SumMicros);
}
