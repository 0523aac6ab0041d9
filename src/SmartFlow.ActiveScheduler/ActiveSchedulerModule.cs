using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.ActiveScheduler;

/// <summary>The door of the module.</summary>
public static class ActiveSchedulerModule
{
    public static void AddActiveScheduler(this IHostApplicationBuilder builder)
    {
    }

    public static void MapActiveScheduler(this IEndpointRouteBuilder routes)
    {
    }
}
