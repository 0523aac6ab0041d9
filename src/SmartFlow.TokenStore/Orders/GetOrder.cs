using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Orders;

/// <summary>
/// GET /credit-store/orders/{id}: one of the buyer's own orders. Refusals: not_found, also for those of others.
/// </summary>
internal sealed class GetOrder(IDbContextFactory<TokenStoreDb> databases)
{
    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet(
            "/orders/{id:long}",
            (ClaimsPrincipal user, GetOrder get, long id, CancellationToken cancellationToken) =>
                get.HandleAsync(user.UserId(), id, cancellationToken)
        );

    public async Task<OrderView> HandleAsync(ulong userId, long orderId, CancellationToken cancellationToken)
    {
        var account = AccountId.Of(userId);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var order = await db
            .Orders.AsNoTracking()
            .SingleOrDefaultAsync(o => o.OrderId == orderId && o.UserId == account, cancellationToken);
        return order is null ? throw RefusedException.NotFound("order") : OrderView.Of(order);
    }
}
