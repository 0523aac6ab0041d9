using System.Net;
using System.Net.Sockets;

namespace SmartFlow.Tests;

/// <summary>
/// Ports below those that the system gives to whoever asks: a process that died finds its own free again.
/// </summary>
internal static class FreePorts
{
    private static int last = 21_000 + Random.Shared.Next(5_000);

    public static int Next()
    {
        for (var port = Interlocked.Increment(ref last); ; port = Interlocked.Increment(ref last))
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
    }
}
