using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Agent;

/// <summary>The door of the module.</summary>
public static class AgentModule
{
    public static void AddAgent(this IHostApplicationBuilder builder)
    {
    }

    public static void MapAgent(this IEndpointRouteBuilder routes)
    {
    }
}
