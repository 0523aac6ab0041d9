using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>
/// Stands between a client and PostgreSQL and, when told to, resets the connection instead of passing on that a commit
/// succeeded.
/// </summary>
internal sealed class CommitLosingProxy : IAsyncDisposable
{
    private static readonly byte[] Committed = Encoding.ASCII.GetBytes("COMMIT\0");
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int server;
    private readonly Task accepting;
    private int armed;
    private int lost;

    public CommitLosingProxy(int server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many answers were lost so far.</summary>
    public int Lost => Volatile.Read(ref lost);

    /// <summary>The next answer to a commit is lost.</summary>
    public void Arm() => Volatile.Write(ref armed, 1);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(PassAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, server, stop.Token);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var there = PumpAsync(near.GetStream(), far.GetStream(), watch: false, both);
        var back = PumpAsync(far.GetStream(), near.GetStream(), watch: true, both);
        await Task.WhenAll(there, back);
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool watch, CancellationTokenSource both)
    {
        var buffer = new byte[65_536];
        try
        {
            while (true)
            {
                var read = await from.ReadAsync(buffer, both.Token);
                if (read == 0)
                    break;
                if (watch && buffer.AsSpan(0, read).IndexOf(Committed) >= 0 && Interlocked.Exchange(ref armed, 0) == 1)
                {
                    Interlocked.Increment(ref lost);
                    break;
                }
                await to.WriteAsync(buffer.AsMemory(0, read), both.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Either side has gone.
        }
        await both.CancelAsync();
    }
}
