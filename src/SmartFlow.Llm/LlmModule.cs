using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Llm;

/// <summary>The door of the module.</summary>
public static class LlmModule
{
    public static void AddLlm(this IHostApplicationBuilder builder)
    {
    }

    public static void MapLlm(this IEndpointRouteBuilder routes)
    {
    }
}
