using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Rpc.Client;
using SmartFlow.Platform.Rpc.Server;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Rpc;

/// <summary>Both ends: the contracts of hosted modules are served, those of remote ones become proxies.</summary>
internal static class RpcRegistration
{
    private const string ServerKey = "rpc";

    /// <exception cref="SetupException">The settings do not allow it; the message says what to set.</exception>
    public static void AddRpc(
        this WebApplicationBuilder builder,
        IReadOnlyList<Module> table,
        IReadOnlyList<Module> hosted
    )
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddOptions<RpcOptions>().BindConfiguration("Rpc").ValidateDataAnnotations().ValidateOnStart();
        var remotes = Remotes.Of(configuration, table, hosted);
        var token = configuration["Rpc:Token"] ?? "";
        var callers = configuration.GetSection("Rpc:Callers").Get<RpcCallers>() ?? [];
        var open = RpcListener.IsOpen(configuration);
        if (
            token.Length < RpcOptions.TokenMinLength
            && (remotes.Count > 0 || (open && (callers.Count == 0 || token.Length > 0)))
        )
            throw new SetupException(
                "Processes that call each other need a secret: set SMARTFLOW_RPC_TOKEN to the same "
                    + $"{RpcOptions.TokenMinLength} or more characters in each of them."
            );
        // Whatever this process hosts: several may share their configuration.
        var names = CallableNames.Of(
            table.SelectMany(m => m.Contracts()).Select(c => c.Service).Concat(RpcServer.Standard)
        );
        if (callers.Problems(names.All).ToList() is { Count: > 0 } problems)
            throw new SetupException(string.Join(" ", problems));
        services.AddOptions<RpcCallers>().BindConfiguration("Rpc:Callers");
        if (open)
        {
            IReadOnlyList<RpcContract> contracts = [.. hosted.SelectMany(m => m.Contracts())];
            RpcServer.Add(services, contracts);
            services.AddSingleton(names);
            services.AddKeyedSingleton<RequestDelegate>(ServerKey, (p, _) => RpcServer.Build(p, contracts));
        }
        services.AddSingleton(new RemoteModules([.. remotes.Select(r => r.Module.Name)]));
        foreach (
            var name in hosted
                .SelectMany(m => m.Uses)
                .Distinct()
                .Where(u => hosted.Concat(remotes.Select(r => r.Module)).All(m => m.Name != u))
        )
        foreach (var contract in table.Single(m => m.Name == name).Contracts())
            services.AddSingleton(contract.Interface, AbsentModule.Create(contract, name));
        foreach (var remote in remotes)
            AddClient(services, remote, needed: hosted.Any(m => m.Needs.Contains(remote.Module.Name)));
    }

    /// <summary>Takes the connections of the RPC listener away from everything that serves the web.</summary>
    public static void UseRpc(this WebApplication app)
    {
        if (!RpcListener.IsOpen(app.Configuration))
            return;
        // Made with the first call: nothing of the modules is made before they start.
        RequestDelegate? serve = null;
        app.Use(next =>
            context =>
                RpcListener.Owns(context)
                    ? (serve ??= app.Services.GetRequiredKeyedService<RequestDelegate>(ServerKey))(context)
                    : next(context)
        );
    }

    private static void AddClient(IServiceCollection services, Remote remote, bool needed)
    {
        var name = remote.Module.Name;
        var contracts = remote.Module.Contracts();
        services.AddKeyedSingleton(name, (p, _) =>
            new RpcChannel(
                remote.Addresses,
                contracts.Select(c => c.Service),
                p.GetRequiredService<IOptions<RpcOptions>>().Value
            )
        );
        foreach (var contract in contracts)
            services.AddSingleton(contract.Interface, p =>
                RpcProxy.Create(contract, p.GetRequiredKeyedService<RpcChannel>(name), name)
            );
        remote.Module.AddRemote(services);
        services
            .AddHealthChecks()
            .Add(
                new HealthCheckRegistration(
                    $"remote {name}",
                    p => new RemoteCheck(p.GetRequiredKeyedService<RpcChannel>(name)),
                    // What is named in a configuration that all processes share is not missed by those that do not call
                    // it.
                    needed ? HealthStatus.Unhealthy : HealthStatus.Degraded,
                    [RemoteCheck.Tag]
                )
            );
    }
}
