using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;

namespace SmartFlow.ActiveScheduler;

/// <summary>The door of the module.</summary>
public static class ActiveSchedulerModule
{
    public static void AddActiveScheduler(this IHostApplicationBuilder builder) => builder.AddTopic(Topics.ActiveScheduler);

    public static void MapActiveScheduler(this IEndpointRouteBuilder routes)
    {
    }
}
