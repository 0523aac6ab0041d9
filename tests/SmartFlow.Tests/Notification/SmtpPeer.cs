using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartFlow.Tests.Notification;

/// <summary>
/// The smallest mail server (RFC 5321) on a free loopback port: takes mails, or answers a command as it is told.
/// </summary>
internal sealed class SmtpPeer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<(string To, string Mail)> received = new();
    private readonly CancellationTokenSource stop = new();

    public SmtpPeer()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public IReadOnlyCollection<(string To, string Mail)> Received => received;

    /// <summary>What it says to a command in place of the usual; null: the usual.</summary>
    public Func<string, string?> Says { get; set; } = _ => null;

    public async Task<(string To, string Mail)> ReceivesAsync(int count)
    {
        await Eventually.IsTrueAsync(() => Task.FromResult(received.Count >= count), $"mail {count}");
        return received.ElementAt(count - 1);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
            try
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = TalkAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false))
        {
            NewLine = "\r\n",
            AutoFlush = true,
        };
        try
        {
            var to = "";
            await writer.WriteLineAsync("220 loopback");
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                var word = line.Split(' ', ':')[0].ToUpperInvariant();
                if (Says(line) is { } said)
                {
                    await writer.WriteLineAsync(said);
                    continue;
                }
                if (word == "RCPT")
                    to = line[
                        (line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)
                    ];
                await writer.WriteLineAsync(
                    word switch
                    {
                        "EHLO" => "250 loopback",
                        "DATA" => "354 go on",
                        "QUIT" => "221 bye",
                        _ => "250 ok",
                    }
                );
                if (word == "DATA")
                {
                    received.Enqueue((to, await MailAsync(reader)));
                    await writer.WriteLineAsync("250 taken");
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The other side has gone.
        }
    }

    private async Task<string> MailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(stop.Token) is { } line && line != ".")
            mail.Append(line).Append("\r\n");
        return mail.ToString();
    }
}
