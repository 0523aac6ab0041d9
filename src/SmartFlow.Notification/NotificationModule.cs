using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Notification;
using SmartFlow.Contracts.UserData;
using SmartFlow.Notification.Centre;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Delivering;
using SmartFlow.Notification.Preferences;
using SmartFlow.Notification.Reminders;
using SmartFlow.Notification.Sending;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Doctor;
using SmartFlow.Platform.Outbound;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;

namespace SmartFlow.Notification;

/// <summary>
/// The door of the module: the in-app centre and what leaves it. <see cref="Tell"/> takes what users are told,
/// <see cref="Deliverer"/> sends it.
/// </summary>
public static class NotificationModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [
            RpcContract.Of<IUserData<UserDataOf.Notification>>(UserdataReflection.Descriptor.Services[4]),
            RpcContract.Of<IAccountMail>(NotificationReflection.Descriptor.Services[0]),
        ];

    public static void AddNotification(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<NotificationDb>();
        builder.AddOutbox<NotificationDb>(Topics.Notification);
        builder.Services.AddSingleton<IUserData<UserDataOf.Notification>, ExportUser>();
        builder.ForgetUsers<NotificationDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        var services = builder.Services;
        services
            .AddOptions<NotificationOptions>()
            .BindConfiguration("Notification")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<LiveNotices>();
        services.AddSingleton<Tell>();
        services.AddSingleton<IConsumer, TellOfCredit>();
        services.AddSingleton<IConsumer, TellOfForum>();
        services.AddSingleton<IConsumer, TellOfRequests>();
        services.AddSingleton<IConsumer, TellOfProposals>();
        services.AddSingleton<Vault>();
        services.AddSingleton(p => Outside(p.GetRequiredService<IOptions<NotificationOptions>>().Value));
        services.AddSingleton<MailServer>();
        services.AddSingleton<IAccountMail, AccountMail>();
        services.AddSingleton<ISender, WebhookSender>();
        services.AddSingleton<ISender, FeishuSender>();
        services.AddSingleton<ISender, EmailSender>();
        services.AddSingleton<IDoctorCheck, MailLook>();
        services.AddSingleton<ISender, PushSender>();
        services.AddSingleton<Outgoing>();
        services.AddSingleton<TargetFields>();
        services.AddSingleton<ConfirmChannel>();
        services.AddSingleton<AddChannel>();
        services.AddSingleton<DeliverySignal>();
        services.AddHostedService<Deliverer>();
        services.AddSingleton<Remind>();
        services.AddHostedService(p => p.GetRequiredService<Remind>());
        services.AddSingleton<CleanUpNotices>();
        services.AddHostedService(p => p.GetRequiredService<CleanUpNotices>());
    }

    public static void MapNotification(this IEndpointRouteBuilder routes)
    {
        var centre = routes.MapGroup("/api/v1/notifications").WithTags("Notifications").RequireAuthorization();
        ListNotifications.Map(centre);
        FollowNotices.Map(centre);
        Settings.Map(centre);
        ChangePreferences.Map(centre);
        ListChannels.Map(centre);
        AddChannel.Map(centre);
        ConfirmChannel.Map(centre);
        TestChannel.Map(centre);
        Unsubscribe.Map(routes);
    }

    private static OutsideHttp Outside(NotificationOptions options) =>
        new(options.AllowPrivateNetwork, TimeSpan.FromSeconds(options.SendSeconds));
}
