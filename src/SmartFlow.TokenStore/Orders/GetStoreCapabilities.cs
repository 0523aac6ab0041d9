using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace SmartFlow.TokenStore.Orders;

/// <param name="MockPayment">Whether orders can be paid through the mock channel.</param>
internal sealed record StoreCapabilities(bool MockPayment);

/// <summary>GET /credit-store/capabilities: how orders can be paid here, so that a page offers nothing else.</summary>
internal static class GetStoreCapabilities
{
    public static void Map(IEndpointRouteBuilder store) =>
        store
            .MapGet("/capabilities", Ok<StoreCapabilities> (IOptions<StoreOptions> options) =>
                TypedResults.Ok(new StoreCapabilities(options.Value.MockPayment))
            )
            .WithName("GetStoreCapabilities")
            .WithSummary("How orders can be paid here");
}
