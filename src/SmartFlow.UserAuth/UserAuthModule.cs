using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform;
using SmartFlow.Platform.Backup;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Accounts;
using SmartFlow.UserAuth.Keys;
using SmartFlow.UserAuth.Operations;
using SmartFlow.UserAuth.Recovery;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth;

/// <summary>The door of the module: users, sign-in, sessions and API keys.</summary>
public static class UserAuthModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [RpcContract.Of<IUserAuth>(UserauthReflection.Descriptor.Services[0])];

    /// <summary>API keys are verified and sessions looked at by the process that hosts the users.</summary>
    public static void AddRemoteUserAuth(IServiceCollection services) =>
        services
            .AddSingleton<ApiKeys>()
            .AddSingleton<IApiKeyDirectory, RemoteApiKeys>()
            .AddSingleton<OpenSessions>()
            .AddSingleton<ISessionDirectory, RemoteSessions>()
            .AddSingleton<IFeatureDirectory, RemoteFeatures>();

    public static void AddUserAuth(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<UserAuthDb>();
        builder.AddOutbox<UserAuthDb>(Topics.UserAuth);
        var services = builder.Services;
        services
            .AddOptions<UserAuthOptions>()
            .BindConfiguration("UserAuth")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<Passwords>();
        services.AddSingleton<EntryLimits>();
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionAnswers>();
        services.AddSingleton<OpenSessions>();
        services.AddSingleton<ISessionDirectory, SessionDirectory>();
        services.AddSingleton<ListSessions>();
        services.AddSingleton<EndAccess>();
        services.AddSingleton<Register>();
        services.AddSingleton<Me>();
        services.AddHostedService<GiveLooks>();
        services.AddSingleton<ChangePassword>();
        services.AddSingleton<AccountLinks>();
        services.AddSingleton<AccountMails>();
        services.AddHostedService(p => p.GetRequiredService<AccountMails>());
        services.AddSingleton<AskRecovery>();
        services.AddSingleton<SetNewPassword>();
        services.AddSingleton<ChangeEmail>();
        services.AddSingleton<ConfirmEmail>();
        services.AddSingleton<MakeRecoveryLink>();
        services.AddSingleton<DeleteAccount>();
        services.AddSingleton<OwnData>();
        services.AddSingleton<ExportParts>();
        services.AddSingleton<ExportAccount>();
        services.AddSingleton<Login>();
        services.AddSingleton<Refresh>();
        services.AddSingleton<Logout>();
        services.AddSingleton<SessionCleanUp>();
        services.AddHostedService(p => p.GetRequiredService<SessionCleanUp>());
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<CreateApiKey>();
        services.AddSingleton<IApiKeyDirectory, ApiKeyDirectory>();
        services.AddSingleton<IUserAuth, UserDirectory>();
        services.AddSingleton<ListUsers>();
        services.AddSingleton<ICommand, GrantRoleCommand>();
        services.AddSingleton<ICommand, ResetPasswordCommand>();
        services.AddSingleton<IRestoreStep, EndRestoredSessions>();
        services.AddSingleton<IFeatureDirectory, FeatureDirectory>();
        services.AddSingleton<SwitchFeatures>();
        services.AddSingleton<UserStanding>();
        foreach (
            var verb in (string[])
                [UserStandingCommand.Disable, UserStandingCommand.Enable, UserStandingCommand.RevokeRole]
        )
            services.AddSingleton<ICommand>(p => ActivatorUtilities.CreateInstance<UserStandingCommand>(p, verb));
        services.AddSingleton<ISeedScenario>(p =>
            ActivatorUtilities.CreateInstance<DemoUser>(p, "starter", DemoUser.StarterName, "小满")
        );
        services.AddSingleton<ISeedScenario>(p =>
            ActivatorUtilities.CreateInstance<DemoUser>(p, "week-before-exams", DemoUser.ExamsName, "期末周")
        );
        services.AddSingleton<ISeedScenario, PlazaAuthors>();
    }

    public static void MapUserAuth(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/api/v1/auth").WithTags("Sign-in");
        Register.Map(auth);
        Login.Map(auth);
        Refresh.Map(auth);
        Logout.Map(auth);
        Me.Map(auth);
        GetCapabilities.Map(auth);
        ChangePassword.Map(auth);
        AskRecovery.Map(auth);
        SetNewPassword.Map(auth);
        ChangeEmail.Map(auth);
        ConfirmEmail.Map(auth);
        DeleteAccount.Map(routes);
        ExportAccount.Map(routes);
        ListSessions.Map(auth);
        ApiKeyRoutes.Map(routes);
        ListUsers.Map(routes);
        UserStandingRoutes.Map(routes);
        MakeRecoveryLink.Map(routes);
        SwitchFeatures.Map(routes);
    }
}
