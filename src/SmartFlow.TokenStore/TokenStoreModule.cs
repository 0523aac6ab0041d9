using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.TokenStore;

/// <summary>The door of the module.</summary>
public static class TokenStoreModule
{
    public static void AddTokenStore(this IHostApplicationBuilder builder)
    {
    }

    public static void MapTokenStore(this IEndpointRouteBuilder routes)
    {
    }
}
