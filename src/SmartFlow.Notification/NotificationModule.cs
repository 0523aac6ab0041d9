using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Notification.Centre;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification;

/// <summary>The door of the module: the in-app centre.</summary>
public static class NotificationModule
{
    public static void AddNotification(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<NotificationDb>();
        builder.AddOutbox<NotificationDb>(Topics.Notification);
        builder.Services.AddOptions<NotificationOptions>().BindConfiguration("Notification").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IConsumer, TellOfCredit>();
    }

    public static void MapNotification(this IEndpointRouteBuilder routes)
    {
        var centre = routes.MapGroup("/api/v1/notifications").WithTags("Notifications").RequireAuthorization();
        ListNotifications.Map(centre);
        Settings.Map(centre);
    }
}
