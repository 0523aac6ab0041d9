using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Planner;

/// <summary>The door of the module.</summary>
public static class PlannerModule
{
    public static void AddPlanner(this IHostApplicationBuilder builder)
    {
    }

    public static void MapPlanner(this IEndpointRouteBuilder routes)
    {
    }
}
