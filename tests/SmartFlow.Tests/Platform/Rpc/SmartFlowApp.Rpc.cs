using Google.Protobuf;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Client;
using SmartFlow.Platform.Rpc.Standard;
using SmartFlow.Tests.Platform.Rpc;

namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    internal const string RpcToken = "a token for tests only";

    /// <summary>The second listener.</summary>
    internal Uri RpcUrl => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Last());

    /// <summary>Only the echo, with its port open.</summary>
    internal static Task<SmartFlowApp> StartEchoAsync(params (string Name, string Value)[] settings) => StartAsync(s =>
    {
        s.Modules = [Echo.Module];
        OpenRpc(s);
        foreach (var (name, value) in settings) s.Settings[name] = value;
    });

    internal static void OpenRpc(AppSetup setup)
    {
        setup.Settings["Rpc:Url"] = "http://127.0.0.1:0";
        setup.Settings["Rpc:Token"] = RpcToken;
    }

    internal RpcChannel Channel(Action<RpcOptions>? configure = null) => Channel(RpcUrl, configure);

    internal static RpcChannel Channel(Uri url, Action<RpcOptions>? configure = null)
    {
        var options = new RpcOptions { Token = RpcToken };
        configure?.Invoke(options);
        return new RpcChannel(url, options, TimeProvider.System);
    }
}

/// <summary>Short forms of the channel, for methods by their name.</summary>
internal static class ChannelCalls
{
    public static Task<SayResponse> SayAsync(
        this RpcChannel channel, SayRequest request, string method = "Say", TimeSpan? deadline = null, CancellationToken cancellationToken = default) =>
        channel.CallAsync(channel.Echo<SayRequest>(method), request, deadline, cancellationToken);

    public static IAsyncEnumerable<SayResponse> CountAsync(
        this RpcChannel channel, CountRequest request, TimeSpan? deadline = null, CancellationToken cancellationToken = default) =>
        channel.StreamAsync(channel.Echo<CountRequest>("Count"), request, deadline, cancellationToken);

    public static async Task<HealthCheckResponse.Types.ServingStatus> HealthAsync(this RpcChannel channel) =>
        (await channel.CallAsync(channel.Health("Check"), new HealthCheckRequest(), null, default)).Status;

    public static IAsyncEnumerable<HealthCheckResponse> WatchAsync(this RpcChannel channel) =>
        channel.StreamAsync(channel.Health("Watch"), new HealthCheckRequest(), null, default);

    private static ClientMethod<HealthCheckRequest, HealthCheckResponse> Health(this RpcChannel channel, string method) =>
        channel.Method<HealthCheckRequest, HealthCheckResponse>(HealthReflection.Descriptor.Services[0].FindMethodByName(method));

    private static ClientMethod<T, SayResponse> Echo<T>(this RpcChannel channel, string method) where T : class, IMessage<T> =>
        channel.Method<T, SayResponse>(EchoReflection.Descriptor.Services[0].FindMethodByName(method));
}
