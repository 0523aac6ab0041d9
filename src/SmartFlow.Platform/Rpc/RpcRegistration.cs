using Microsoft.AspNetCore.Builder;
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
    /// <exception cref="SetupException">The settings do not allow it; the message says what to set.</exception>
    public static void AddRpc(this WebApplicationBuilder builder, IReadOnlyList<Module> table, IReadOnlyList<Module> hosted)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        services.AddOptions<RpcOptions>().BindConfiguration("Rpc").ValidateDataAnnotations().ValidateOnStart();
        var remotes = Remotes.Of(configuration, table, hosted);
        var token = configuration["Rpc:Token"] ?? "";
        var callers = configuration.GetSection("Rpc:Callers").Get<RpcCallers>() ?? [];
        var open = RpcListener.IsOpen(configuration);
        if (token.Length < RpcOptions.TokenMinLength && (remotes.Count > 0 || (open && (callers.Count == 0 || token.Length > 0))))
            throw new SetupException(
                "Processes that call each other need a secret: set SMARTFLOW_RPC_TOKEN to the same "
                + $"{RpcOptions.TokenMinLength} or more characters in each of them.");
        // Whatever this process hosts: several may share their configuration.
        var names = CallableNames.Of(new ServedContracts(table.SelectMany(m => m.Contracts())).All);
        if (callers.Problems(names.All).ToList() is { Count: > 0 } problems) throw new SetupException(string.Join(" ", problems));
        services.AddOptions<RpcCallers>().BindConfiguration("Rpc:Callers");
        if (open) AddServer(services, hosted, names);
        services.AddSingleton(new RemoteModules([.. remotes.Select(r => r.Module.Name)]));
        foreach (var remote in remotes) AddClient(services, remote);
    }

    /// <summary>Takes the connections of the RPC listener away from everything that serves the web.</summary>
    public static void UseRpc(this WebApplication app)
    {
        if (!RpcListener.IsOpen(app.Configuration)) return;
        RpcServer? server = null;
        app.Use(next => context => RpcListener.Owns(context)
            ? (server ??= context.RequestServices.GetRequiredService<RpcServer>()).HandleAsync(context)
            : next(context));
    }

    private static void AddServer(IServiceCollection services, IReadOnlyList<Module> hosted, CallableNames names)
    {
        services.AddSingleton(new ServedContracts(hosted.SelectMany(m => m.Contracts())));
        services.AddSingleton(names);
        services.AddSingleton<ServiceTokens>();
        services.AddSingleton<IHealthService, HealthService>();
        services.AddSingleton<IReflectionService, ReflectionService>();
        services.AddSingleton<RpcServer>();
    }

    private static void AddClient(IServiceCollection services, Remote remote)
    {
        var name = remote.Module.Name;
        services.AddKeyedSingleton(name, (p, _) => new RpcChannel(
            remote.Address, p.GetRequiredService<IOptions<RpcOptions>>().Value, p.GetRequiredService<TimeProvider>()));
        foreach (var contract in remote.Module.Contracts())
            services.AddSingleton(
                contract.Interface, p => RpcProxy.Create(contract, p.GetRequiredKeyedService<RpcChannel>(name), name));
        remote.Module.AddRemote(services);
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            $"remote {name}", p => new RemoteCheck(p.GetRequiredKeyedService<RpcChannel>(name)), null, [RemoteCheck.Tag]));
    }
}
