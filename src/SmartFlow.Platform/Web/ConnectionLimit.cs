using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Connections that one network may have open to the web's listeners; one more is told so and closed. Trusted proxies
/// have none of this limit: behind them are many.
/// </summary>
internal sealed class ConnectionLimit(IOptions<WebOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly byte[] Refusal =
    [
        .. "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8,
    ];

    private readonly IReadOnlyList<IPNetwork> trusted = TrustedProxies.Of(options.Value.TrustedProxies);
    private readonly Places<Network> networks = new(options.Value.MaxConnectionsPerAddress);

    /// <summary>Before anything is read of the connection.</summary>
    /// <param name="connection">As it was accepted.</param>
    /// <param name="next">The server.</param>
    /// <param name="plain">It speaks HTTP from its first byte, and not TLS.</param>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next, bool plain)
    {
        if (
            connection.RemoteEndPoint is not IPEndPoint { Address: var address }
            || TrustedProxies.Contain(trusted, address)
        )
        {
            await next(connection);
            return;
        }
        var network = Network.Of(address);
        if (!networks.TryEnter(network))
        {
            if (plain)
                await RefuseAsync(connection);
            return;
        }
        try
        {
            await next(connection);
        }
        finally
        {
            networks.Leave(network);
        }
    }

    /// <summary>Once something has come: a connection that is closed unread takes its answer with it.</summary>
    private async Task RefuseAsync(ConnectionContext connection)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.ConnectionClosed);
        try
        {
            var read = await connection.Transport.Input.ReadAsync(either.Token);
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            await connection.Transport.Output.WriteAsync(Refusal, either.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // It has gone, or never spoke.
        }
    }
}
