using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Forum;

/// <summary>The door of the module.</summary>
public static class ForumModule
{
    public static void AddForum(this IHostApplicationBuilder builder)
    {
    }

    public static void MapForum(this IEndpointRouteBuilder routes)
    {
    }
}
