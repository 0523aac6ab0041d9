using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Llm;
using SmartFlow.Contracts.UserData;
using SmartFlow.Llm.CallLog;
using SmartFlow.Llm.Calls;
using SmartFlow.Llm.Forms;
using SmartFlow.Llm.Limits;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform;
using SmartFlow.Platform.Backup;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Doctor;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;

namespace SmartFlow.Llm;

/// <summary>The door of the module: the only outlet to a model.</summary>
public static class LlmModule
{
    /// <summary>Longer than any provider is waited for.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    public static IReadOnlyList<RpcContract> Contracts() =>
        [
            RpcContract.Of<ILlm>(LlmReflection.Descriptor.Services[0], Deadline),
            RpcContract.Of<IUserData<UserDataOf.Llm>>(UserdataReflection.Descriptor.Services[6]),
        ];

    public static void AddLlm(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<LlmDb>();
        builder.AddOutbox<LlmDb>(Topics.Llm);
        builder.Services.AddSingleton<IUserData<UserDataOf.Llm>, ExportUser>();
        builder.ForgetUsers<LlmDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        var services = builder.Services;
        services
            .AddOptions<LlmOptions>()
            .Configure(o => o.Scripted = !builder.Environment.IsProduction())
            .BindConfiguration("Llm")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<LlmOptions>, LlmOptionsCheck>();
        services.AddSingleton<JournalStore>();
        services.AddSingleton<Journal>();
        services.AddSingleton<CreditBalanceGuard>();
        services.AddSingleton<CallLimits>();
        services.AddSingleton<GetLimits>();
        services.AddSingleton<CheckCredit>();
        services.AddSingleton<Admission>();
        services.AddSingleton<ProviderLanes>();
        services.AddSingleton<Outlet>();
        services.AddSingleton<Unwritten>();
        services.AddSingleton<CallTelemetry>();
        services.AddSingleton<Ending>();
        services.AddSingleton<InFlight>();
        services.AddSingleton<Replay>();
        services.AddSingleton<GetCall>();
        services.AddSingleton<ListCalls>();
        services.AddSingleton<GetCallSummary>();
        services.AddSingleton<GetSpendByKey>();
        services.AddSingleton<QuoteCall>();
        services.AddSingleton<KeptResponses>();
        services.AddSingleton<ResponsesText>();
        services.AddSingleton<LiveCalls>();
        // Before what a stop waits for, so that it ends after that: calls that are read on are no dead process's.
        services.AddSingleton<LifeSigns>();
        services.AddHostedService(p => p.GetRequiredService<LifeSigns>());
        services.AddSingleton<Abandoned>();
        services.AddHostedService(p => p.GetRequiredService<Abandoned>());
        services.AddSingleton<Recovery>();
        services.AddHostedService(p => p.GetRequiredService<Recovery>());
        services.AddSingleton<ResultCleanUp>();
        services.AddHostedService(p => p.GetRequiredService<ResultCleanUp>());
        services.AddSingleton<IReconciliation, ReconcileCalls>();
        services.AddSingleton<IReconciliation, ReconcileLimits>();
        services.AddSingleton<IDoctorCheck, ProvidersLook>();
        services.AddSingleton<IDoctorCheck, PricesLook>();
        services.AddSingleton<IRestoreStep, RequestLostCharges>();
        services.AddSingleton<DemoProvider>();
        services.AddSingleton(Catalog);
        services.AddSingleton<ILlm, LlmService>();
    }

    public static void MapLlm(this IEndpointRouteBuilder routes) { }

    private static ModelCatalog Catalog(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<LlmOptions>>();
        var time = services.GetRequiredService<TimeProvider>();
        var lanes = services.GetRequiredService<ProviderLanes>();
        var settings = options.Value;
        var providers = settings
            .Providers.Select(p => new ConfiguredProvider(Provider(p, time), p.Models, p.Dialect, lanes.Add(p)))
            .ToList();
        DiscoveredModels? discovered = null;
        if (settings.BaseUrl.Length > 0)
        {
            var server = new OpenAiCompatibleOptions { BaseUrl = settings.BaseUrl, ApiKey = settings.ApiKey };
            var provider = new OpenAiCompatibleProvider(server, time);
            var models = settings.ServerModels;
            var configured = new ConfiguredProvider(provider, models, server.Dialect, lanes.Add(server));
            providers.Insert(0, configured);
            if (models.Length == 0)
                discovered = new DiscoveredModels(
                    configured,
                    OpenAiCompatibleProvider.ModelsAddress(settings.BaseUrl),
                    settings.ApiKey,
                    new ProviderText(settings),
                    time,
                    services.GetRequiredService<ILogger<DiscoveredModels>>()
                );
        }
        var local = new OpenAiCompatibleOptions { Name = "local", BreakerFailures = 0 };
        return new ModelCatalog(
            services.GetRequiredService<DemoProvider>(),
            providers,
            options,
            discovered,
            settings.Scripted ? new ScriptedProvider(time) : null,
            lanes.Add(local)
        );
    }

    private static IProvider Provider(ProviderOptions options, TimeProvider time) =>
        options.Api switch
        {
            ProviderApi.Anthropic => new AnthropicProvider(options, time),
            ProviderApi.Responses => new ResponsesProvider(options, time),
            _ => new OpenAiCompatibleProvider(options, time),
        };
}
