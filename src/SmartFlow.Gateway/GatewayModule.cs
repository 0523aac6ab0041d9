using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Gateway;

/// <summary>The door of the module.</summary>
public static class GatewayModule
{
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
    }

    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
    }
}
