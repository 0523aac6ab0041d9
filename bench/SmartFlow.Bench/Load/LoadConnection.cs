using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartFlow.Bench.Load;

/// <summary>One keep-alive connection that sends the same request again and again.</summary>
internal sealed class LoadConnection(IPEndPoint address, byte[] request) : IDisposable
{
    private const int Whole = -1;
    private readonly byte[] buffer = new byte[32 * 1024];
    private Socket? socket;

    /// <summary>Milliseconds to the first byte of the body and to its end; Ok: status 200 and a whole body.</summary>
    public async Task<(double First, double All, bool Ok)> CallAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        try
        {
            if (socket is null)
            {
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(address);
            }
            await socket.SendAsync(request, SocketFlags.None);
            var (first, ok) = await ReceiveAsync(socket, begin);
            return (first, Stopwatch.GetElapsedTime(begin).TotalMilliseconds, ok);
        }
        catch (SocketException)
        {
            socket?.Dispose();
            socket = null;
            return (0, 0, false);
        }
    }

    public void Dispose() => socket?.Dispose();

    private async Task<(double First, bool Ok)> ReceiveAsync(Socket connection, long begin)
    {
        int filled = 0,
            bodyStart = 0,
            left = 0;
        var chunked = false;
        var ok = false;
        double first = 0;
        while (true)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None);
            if (read == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            filled += read;
            if (bodyStart == 0)
            {
                var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (end < 0)
                    continue;
                bodyStart = end + 4;
                (ok, left) = Head(buffer.AsSpan(0, end));
                chunked = left == Whole;
                if (!chunked)
                    left -= filled - bodyStart;
            }
            else if (!chunked)
                left -= read;
            if (first == 0 && filled > bodyStart)
                first = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            if (chunked ? buffer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8) : left <= 0)
                return (first, ok);
            // Only the tail matters from here on.
            if (filled < buffer.Length / 2 || (bodyStart == 0))
                continue;
            buffer.AsSpan(filled - 8, 8).CopyTo(buffer);
            (filled, bodyStart) = (8, 1);
        }
    }

    private static (bool Ok, int Length) Head(ReadOnlySpan<byte> head)
    {
        var text = Encoding.ASCII.GetString(head);
        var at = text.IndexOf("\r\nContent-Length:", StringComparison.OrdinalIgnoreCase);
        var length = at < 0 ? Whole : int.Parse(text[(at + 17)..].Split('\r')[0], CultureInfo.InvariantCulture);
        return (text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), length);
    }
}
