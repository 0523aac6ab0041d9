using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Client;
using SmartFlow.Tests.Platform.Rpc;

namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    internal const string RpcToken = "a token for tests only";

    /// <summary>The second listener.</summary>
    internal Uri RpcUrl =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Last());

    /// <summary>Only the echo, with its port open.</summary>
    internal static Task<SmartFlowApp> StartEchoAsync(params (string Name, string Value)[] settings) =>
        StartAsync(s =>
        {
            s.Modules = [Echo.Module];
            OpenRpc(s);
            foreach (var (name, value) in settings)
                s.Settings[name] = value;
        });

    internal static void OpenRpc(AppSetup setup)
    {
        setup.Settings["Rpc:Url"] = "http://127.0.0.1:0";
        setup.Settings["Rpc:Token"] = RpcToken;
    }

    internal RpcChannel Channel(Action<RpcOptions>? configure = null) => Channel([RpcUrl], configure);

    internal static RpcChannel Channel(IReadOnlyList<Uri> urls, Action<RpcOptions>? configure = null)
    {
        var options = new RpcOptions { Token = RpcToken };
        configure?.Invoke(options);
        return new RpcChannel(urls, [EchoReflection.Descriptor.Services[0]], options);
    }
}

/// <summary>Short forms of the channel, for methods by their name.</summary>
internal static class ChannelCalls
{
    public static Task<SayResponse> SayAsync(
        this RpcChannel channel,
        SayRequest request,
        string method = "Say",
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default
    ) => channel.CallAsync(Echo<SayRequest>(method), request, deadline, cancellationToken);

    public static IAsyncEnumerable<SayResponse> CountAsync(
        this RpcChannel channel,
        CountRequest request,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default
    ) => channel.StreamAsync(Echo<CountRequest>("Count"), request, deadline, cancellationToken);

    public static async Task<HealthCheckResponse.Types.ServingStatus> HealthAsync(this RpcChannel channel) =>
        (await channel.CallAsync(OfHealth("Check"), new HealthCheckRequest(), null, default)).Status;

    public static IAsyncEnumerable<HealthCheckResponse> WatchAsync(this RpcChannel channel) =>
        channel.StreamAsync(OfHealth("Watch"), new HealthCheckRequest(), null, default);

    private static Method<HealthCheckRequest, HealthCheckResponse> OfHealth(string method) =>
        RpcMethods.Of<HealthCheckRequest, HealthCheckResponse>(Health.Descriptor.FindMethodByName(method));

    private static Method<T, SayResponse> Echo<T>(string method)
        where T : class, IMessage<T> =>
        RpcMethods.Of<T, SayResponse>(EchoReflection.Descriptor.Services[0].FindMethodByName(method));
}
