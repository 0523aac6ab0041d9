using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Orders;

/// <summary>
/// GET /credit-store/orders: the buyer's own orders, newest first. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class ListOrders(IDbContextFactory<TokenStoreDb> databases)
{
    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet(
            "/orders",
            (
                ClaimsPrincipal user,
                ListOrders list,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                string? status,
                CancellationToken cancellationToken
            ) => list.HandleAsync(user.UserId(), PageQuery.Of(page, pageSize), status ?? "", cancellationToken)
        );

    /// <param name="status">Empty: all.</param>
    public async Task<Paged<OrderView>> HandleAsync(
        ulong userId,
        PageQuery page,
        string status,
        CancellationToken cancellationToken
    )
    {
        if (status.Length > 0 && !OrderStatus.All.Contains(status))
            throw RefusedException.Field("status", $"must be one of {string.Join(", ", OrderStatus.All)}");
        var account = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await db.RequireAccountAsync(account, cancellationToken);
        var own = db.Orders.AsNoTracking().Where(o => o.UserId == account);
        if (status.Length > 0)
            own = own.Where(o => o.Status == status);
        return await page.ReadAsync(own.OrderByDescending(o => o.OrderId), OrderView.Of, cancellationToken);
    }
}
