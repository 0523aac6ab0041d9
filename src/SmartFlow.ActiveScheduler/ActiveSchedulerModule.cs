using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.ActiveScheduler.Rpc;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.ActiveScheduler;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;

namespace SmartFlow.ActiveScheduler;

/// <summary>
/// The door of the module: what is in trouble within the coming hours, and what could be done. <see cref="Rounds"/>
/// looks for it, <see cref="Suggest"/> tells the story of one matter, <see cref="ConfirmSuggestion"/> carries a user's
/// word out.
/// </summary>
public static class ActiveSchedulerModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [
            RpcContract.Of<IActiveScheduler>(ActiveschedulerReflection.Descriptor.Services[0]),
            RpcContract.Of<IUserData<UserDataOf.ActiveScheduler>>(UserdataReflection.Descriptor.Services[3]),
        ];

    public static void AddActiveScheduler(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<ActiveSchedulerDb>();
        builder.AddOutbox<ActiveSchedulerDb>(Topics.ActiveScheduler);
        builder.Services.AddSingleton<IUserData<UserDataOf.ActiveScheduler>, ExportUser>();
        builder.ForgetUsers<ActiveSchedulerDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        var services = builder.Services;
        services
            .AddOptions<ActiveSchedulerOptions>()
            .BindConfiguration("ActiveScheduler")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<Queue>();
        services.AddSingleton<Find>();
        services.AddSingleton<Choose>();
        services.AddSingleton<Suggest>();
        services.AddSingleton<ConfirmSuggestion>();
        services.AddSingleton<Pause>();
        services.AddSingleton<IConsumer, HearPlanner>();
        services.AddSingleton<IActiveScheduler, LocalActiveScheduler>();
        services.AddSingleton<Rounds>();
        services.AddHostedService(p => p.GetRequiredService<Rounds>());
        services.AddSingleton<CleanUpSuggestions>();
        services.AddHostedService(p => p.GetRequiredService<CleanUpSuggestions>());
    }

    public static void MapActiveScheduler(this IEndpointRouteBuilder routes)
    {
        var group = routes
            .MapGroup("/api/v1/active-schedule")
            .WithTags("Suggestions")
            .RequireAuthorization()
            .RequireFeature(Feature.ActiveScheduler);
        ListSuggestions.Map(group);
        Pause.Map(group);
        ConfirmSuggestion.Map(group);
        DismissSuggestion.Map(group);
        SnoozeSuggestion.Map(group);
    }
}
