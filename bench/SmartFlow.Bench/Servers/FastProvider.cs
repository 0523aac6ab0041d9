using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartFlow.Bench.Servers;

/// <summary>
/// A fake OpenAI-compatible provider on bare sockets, so that it is not the bottleneck: a plain answer of 600 bytes, or
/// 50 events one send each; the model <c>bench-10ms</c> waits 10 ms before each event.
/// </summary>
internal static class FastProvider
{
    public const int Events = 50;
    public const int PlainBytes = 600;
    private static readonly byte[] Plain = PlainAnswer();
    private static readonly byte[] StreamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();

    private static readonly byte[][] StreamEvents = [.. StreamAnswer().Select(Framed)];
    private static readonly byte[] StreamTail = "0\r\n\r\n"u8.ToArray();

    public static async Task<int> RunAsync(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        while (true)
        {
            var connection = await listener.AcceptAsync();
            connection.NoDelay = true;
            _ = ServeAsync(connection);
        }
    }

    private static async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            var buffer = new byte[64 * 1024];
            var filled = 0;
            try
            {
                while (true)
                {
                    var (length, request) = Parse(buffer.AsSpan(0, filled));
                    if (length == 0)
                    {
                        var read = await connection.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None);
                        if (read == 0)
                            return;
                        filled += read;
                        continue;
                    }
                    buffer.AsSpan(length, filled - length).CopyTo(buffer);
                    filled -= length;
                    await AnswerAsync(connection, request);
                }
            }
            catch (SocketException)
            {
                // The other side has gone.
            }
        }
    }

    private static async Task AnswerAsync(Socket connection, Kind request)
    {
        if (request == Kind.Plain)
        {
            await connection.SendAsync(Plain, SocketFlags.None);
            return;
        }
        await connection.SendAsync(StreamHead, SocketFlags.None);
        using var ticks = request == Kind.Slow ? new PeriodicTimer(TimeSpan.FromMilliseconds(10)) : null;
        foreach (var e in StreamEvents)
        {
            if (ticks is not null)
                await ticks.WaitForNextTickAsync();
            await connection.SendAsync(e, SocketFlags.None);
        }
        await connection.SendAsync(StreamTail, SocketFlags.None);
    }

    /// <summary>The bytes of the first whole request in the buffer (0: not whole yet), and what it asks for.</summary>
    private static (int Length, Kind Kind) Parse(ReadOnlySpan<byte> buffer)
    {
        var headersEnd = buffer.IndexOf("\r\n\r\n"u8);
        if (headersEnd < 0)
            return default;
        var headers = Encoding.ASCII.GetString(buffer[..headersEnd]);
        var at = headers.IndexOf("Content-Length:", StringComparison.OrdinalIgnoreCase);
        var line = at < 0 ? "0" : headers[(at + 15)..].Split('\r')[0];
        var length = headersEnd + 4 + int.Parse(line, CultureInfo.InvariantCulture);
        if (buffer.Length < length)
            return default;
        var body = buffer[(headersEnd + 4)..length];
        var kind =
            body.IndexOf("\"stream\":true"u8) < 0 ? Kind.Plain
            : body.IndexOf("\"bench-10ms\""u8) < 0 ? Kind.Fast
            : Kind.Slow;
        return (length, kind);
    }

    private static byte[] PlainAnswer()
    {
        const string head =
            "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"";
        const string tail =
            "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":60,\"total_tokens\":80}}";
        var body = head + new string('x', PlainBytes - head.Length - tail.Length) + tail;
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );
    }

    private static IEnumerable<string> StreamAnswer()
    {
        const string head =
            "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"bench\",\"choices\":[";
        yield return head
            + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}";
        for (var i = 0; i < Events - 4; i++)
            yield return head + "{\"index\":0,\"delta\":{\"content\":\" token\"},\"finish_reason\":null}]}";
        yield return head + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        yield return head + "],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":46,\"total_tokens\":66}}";
        yield return "[DONE]";
    }

    private static byte[] Framed(string data)
    {
        var text = $"data: {data}\n\n";
        return Encoding.ASCII.GetBytes($"{text.Length:x}\r\n{text}\r\n");
    }

    private enum Kind
    {
        Plain,
        Fast,
        Slow,
    }
}
