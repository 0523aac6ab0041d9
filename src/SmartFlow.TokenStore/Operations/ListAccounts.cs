using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore.Operations;

/// <summary>An account as operators see it.</summary>
/// <param name="Summary">What its owner sees.</param>
/// <param name="Seq">The number of its last ledger entry.</param>
/// <param name="Rev">Its version: +1 with every change of balance or holds.</param>
internal sealed record AccountRecord(
    SummaryView Summary,
    long AvailableMicros,
    long Seq,
    long Rev,
    DateTimeOffset CreatedAt
)
{
    public static AccountRecord Of(CreditAccount a) =>
        new(SummaryView.Of(a), a.PostedMicros - a.HeldMicros, a.Seq, a.Rev, a.CreatedAt);
}

/// <summary>
/// GET /admin/accounts?user_id, /admin/accounts/{user_id} and of one account its transactions and orders, as its owner
/// lists them. Names live with the users: /admin/users finds an id by name. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ListAccounts(IDbContextFactory<TokenStoreDb> databases)
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(
            "/accounts",
            (
                ListAccounts list,
                [FromQuery(Name = "user_id")] ulong? userId,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => list.HandleAsync(userId, PageQuery.Of(page, pageSize), cancellationToken)
        );
        admin.MapGet("/accounts/{userId}", (ulong userId, ListAccounts list, CancellationToken cancellationToken) =>
            list.GetAsync(userId, cancellationToken)
        );
        admin.MapGet(
            "/accounts/{userId}/transactions",
            (
                ulong userId,
                HttpRequest request,
                ListTransactions list,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                string? source,
                string? direction,
                CancellationToken cancellationToken
            ) =>
                list.HandleAsync(
                    userId,
                    PageQuery.Of(page, pageSize),
                    TransactionFilter.Of(source, direction),
                    request.Language(),
                    cancellationToken
                )
        );
        admin.MapGet(
            "/accounts/{userId}/orders",
            (
                ulong userId,
                ListOrders list,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                string? status,
                CancellationToken cancellationToken
            ) => list.HandleAsync(userId, PageQuery.Of(page, pageSize), status ?? "", cancellationToken)
        );
    }

    private async Task<Paged<AccountRecord>> HandleAsync(
        ulong? userId,
        PageQuery page,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var accounts = db.Accounts.AsNoTracking().Where(a => a.AccountId > 0);
        if (userId is { } given)
        {
            var id = AccountId.Of(given);
            accounts = accounts.Where(a => a.AccountId == id);
        }
        return await page.ReadAsync(accounts.OrderBy(a => a.AccountId), AccountRecord.Of, cancellationToken);
    }

    private async Task<AccountRecord> GetAsync(ulong userId, CancellationToken cancellationToken)
    {
        var id = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.AccountId == id, cancellationToken);
        return account is null ? throw RefusedException.NotFound("account") : AccountRecord.Of(account);
    }
}
