using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Backup;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Doctor;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Reconcile;
using SmartFlow.Platform.Redis;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.Platform.Web.OpenApi;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Web;

/// <summary>What every process of SmartFlow has, whatever modules it hosts.</summary>
public static class PlatformRegistration
{
    internal static readonly (string Variable, string Setting)[] ShortNames =
    [
        ("SMARTFLOW_URLS", "Urls"),
        ("SMARTFLOW_DATA", "Data:Folder"),
        ("SMARTFLOW_LLM_BASE_URL", "Llm:BaseUrl"),
        ("SMARTFLOW_LLM_API_KEY", "Llm:ApiKey"),
        ("SMARTFLOW_LLM_MODEL", "Llm:Model"),
        ("SMARTFLOW_RPC_URL", "Rpc:Url"),
        ("SMARTFLOW_RPC_TOKEN", "Rpc:Token"),
    ];

    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConfigurationFile.Add(builder.Configuration);
        AddShortNames(builder.Configuration);
        TelemetryExport.Add(builder);
        builder.AddListening();
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DataFolder>();
        services.AddOptions<DataOptions>().BindConfiguration("Data").ValidateDataAnnotations().ValidateOnStart();
        builder.AddSharedMemory();
        services.AddPlatformAuth();
        services.AddSingleton<RunningRequests>();
        RateLimits.Add(services);
        services.AddPlatformOpenApi();
        services.AddCompressedAnswers();
        services
            .AddOptions<IdempotencyOptions>()
            .BindConfiguration("Idempotency")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(typeof(IdempotentAnswers<>));
        services.AddSingleton<IdempotencyGuard>();
        services.AddSingleton<IdempotencyCleanUp>();
        services.AddHostedService(p => p.GetRequiredService<IdempotencyCleanUp>());
        services.ConfigureHttpJsonOptions(o => WebJson.Configure(o.SerializerOptions));
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ExceptionAnswers>();
        services.AddSingleton<ICommand, MigrateCommand>();
        services.AddSingleton<ICommand, SeedCommand>();
        services.AddSingleton<ICommand, ReadyCommand>();
        services.AddSingleton<ICommand, OutboxListCommand>();
        services.AddSingleton<ICommand, OutboxRequeueCommand>();
        services.AddBackup();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<OutboxMeters>();
        services.AddSingleton<DeadLetterRoutes>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<ICommand, ReconcileCommand>();
        services.AddSingleton<Checkup>();
        services.AddSingleton<GetCheckup>();
        services.AddSingleton<ICommand, DoctorCommand>();
        services.AddSingleton<IDoctorCheck, DatabasesLook>();
        services.AddSingleton<IDoctorCheck, DiskLook>();
        services.AddSingleton<IDoctorCheck, ClockLook>();
        services.AddSingleton<IDoctorCheck, NeighboursLook>();
        services.AddOptions<FeatureOptions>().BindConfiguration("Features").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<FeatureSwitches>();
        services.AddHostedService(p => p.GetRequiredService<FeatureSwitches>());
        services.AddSingleton<FairShare>();
        services.AddHostedService(p => p.GetRequiredService<FairShare>());
        services.AddSingleton<ServerSilence>();
        services.AddHostedService(p => p.GetRequiredService<ServerSilence>());
        services.AddSingleton<TableMeters>();
        services.AddHostedService(p => p.GetRequiredService<TableMeters>());
        services.AddHealthChecks().AddCheck<DatabasesCheck>("databases");
    }

    /// <summary>
    /// The order matters: what answers for everybody comes before what knows the user, then the endpoints.
    /// </summary>
    public static void UsePlatform(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var time = app.Services.GetRequiredService<TimeProvider>();
        var idempotency = app.Services.GetRequiredService<IdempotencyGuard>();
        var running = app.Services.GetRequiredService<RunningRequests>();
        var bodies = app.Services.GetRequiredService<ArrivingBodies>();
        var streams = app.Services.GetRequiredService<OpenStreams>();
        var switches = app.Services.GetRequiredService<FeatureSwitches>();
        app.UseRpc();
        app.UseTrustedProxies();
        var web = app.Services.GetRequiredService<IOptions<WebOptions>>().Value;
        if (web.ForceSecure)
            app.Use(next =>
                context =>
                {
                    context.Request.Scheme = Uri.UriSchemeHttps;
                    return next(context);
                }
            );
        var https = CommonHeaders.Https(web);
        app.Use(next => context => CommonHeaders.InvokeAsync(context, next, time, https));
        app.Use(next => context => BrokenAnswers.InvokeAsync(context, next));
        app.UseCompressedAnswers();
        var fair = app.Services.GetRequiredService<FairShare>();
        if (app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value.FairShare)
            app.Use(next => context => fair.InvokeAsync(context, next));
        if (app.Services.GetRequiredService<IOptions<DataOptions>>().Value.UsesPostgres)
        {
            var silence = app.Services.GetRequiredService<ServerSilence>();
            app.Use(next => context => SilenceAnswers.InvokeAsync(context, next, silence));
        }
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(StatusAnswers.AnswerAsync);
        app.UseRoutingWithHead();
        app.Use(next => context => RequestShape.InvokeAsync(context, next));
        app.UseUnrouted();
        app.UseAuthentication();
        app.Use(next => context => CsrfGuard.InvokeAsync(context, next));
        app.UseAuthorization();
        app.Use(next => context => FeatureRoutes.InvokeAsync(context, next, switches));
        app.Use(next => context => running.InvokeAsync(context, next));
        app.Use(RateLimits.HandleAsync);
        app.Use(next => context => streams.InvokeAsync(context, next));
        app.Use(next => context => bodies.InvokeAsync(context, next));
        app.Use(next => context => idempotency.InvokeAsync(context, next));
        app.MapHealth();
        app.MapPlatformOpenApi();
        DeadLetterRoutes.Map(app);
        GetCheckup.Map(app);
    }

    /// <summary>
    /// The environment's short names, e.g. SMARTFLOW_DATA for Data:Folder; the command line goes before them.
    /// </summary>
    private static void AddShortNames(ConfigurationManager configuration)
    {
        var given = ShortNames
            .Select(n => new KeyValuePair<string, string?>(n.Setting, configuration[n.Variable]))
            .Where(n => !string.IsNullOrEmpty(n.Value))
            .ToArray();
        var sources = configuration.Sources;
        var environment = sources
            .Select((s, i) => (s, i))
            .Where(p => p.s is EnvironmentVariablesConfigurationSource)
            .Max(p => p.i);
        sources.Insert(environment + 1, new MemoryConfigurationSource { InitialData = given });
    }
}
