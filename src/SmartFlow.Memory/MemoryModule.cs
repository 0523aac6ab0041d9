using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Memory;

/// <summary>The door of the module.</summary>
public static class MemoryModule
{
    public static void AddMemory(this IHostApplicationBuilder builder)
    {
    }

    public static void MapMemory(this IEndpointRouteBuilder routes)
    {
    }
}
