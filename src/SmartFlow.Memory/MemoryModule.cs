using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;

namespace SmartFlow.Memory;

/// <summary>The door of the module.</summary>
public static class MemoryModule
{
    public static void AddMemory(this IHostApplicationBuilder builder) => builder.AddTopic(Topics.Memory);

    public static void MapMemory(this IEndpointRouteBuilder routes)
    {
    }
}
