using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Notification;

/// <summary>The door of the module.</summary>
public static class NotificationModule
{
    public static void AddNotification(this IHostApplicationBuilder builder)
    {
    }

    public static void MapNotification(this IEndpointRouteBuilder routes)
    {
    }
}
