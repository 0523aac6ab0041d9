using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>
/// The h2c listener. Its connections carry a mark, so that neither side's paths exist on the other's port.
/// </summary>
internal sealed class RpcListener
{
    private static readonly RpcListener Mark = new();

    private RpcListener() { }

    public static bool IsOpen(IConfiguration configuration) => !string.IsNullOrEmpty(configuration["Rpc:Url"]);

    public static void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next =>
            connection =>
            {
                connection.Features.Set(Mark);
                return next(connection);
            }
        );
    }

    public static void Limit(KestrelServerLimits limits, RpcOptions options)
    {
        var http2 = limits.Http2;
        http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection;
        http2.KeepAlivePingDelay = TimeSpan.FromSeconds(options.KeepAliveSeconds);
        http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(options.KeepAliveSeconds);
    }

    public static bool Owns(HttpContext context) => context.Features.Get<RpcListener>() is not null;
}
