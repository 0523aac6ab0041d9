using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartFlow.Platform.Outbound;

/// <summary>What a peer answered.</summary>
/// <param name="Status">The HTTP status; redirects are not followed.</param>
/// <param name="Body">Its first bytes as text.</param>
/// <param name="RetryAfter">When it wants to be asked again.</param>
public sealed record OutsideAnswer(HttpStatusCode Status, string Body, TimeSpan? RetryAfter);

/// <summary>The address is none of the public internet.</summary>
public sealed class PrivateAddressException(string host) : Exception($"{host} is at an address that is not public.");

/// <summary>
/// Requests to addresses that users name. Every connection is a new one, made to an address that was resolved and
/// looked at just then, so that a name cannot point elsewhere afterwards; one address of a name that is not public is
/// enough to refuse it. Redirects are answers and not followed, proxies and cookies are not used, answers are read to a
/// limit, and all of it together has a time.
/// </summary>
public sealed class OutsideHttp : IDisposable
{
    private const int BodyMax = 16 * 1024;
    private readonly bool privateToo;
    private readonly TimeSpan patience;

    /// <param name="privateToo">Addresses that are not public are connected to as well.</param>
    /// <param name="patience">For one request, from the look-up of the name to the end of the answer.</param>
    public OutsideHttp(bool privateToo, TimeSpan patience)
    {
        this.privateToo = privateToo;
        this.patience = patience;
        var network = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            // No span and no trace header: addresses such as a bot's are secrets, and our traces are nothing to their
            // peers.
            ActivityHeadersPropagator = null,
        };
        Client = new HttpClient(network) { Timeout = patience, MaxResponseContentBufferSize = BodyMax };
    }

    /// <summary>The same for a library that wants a client.</summary>
    public HttpClient Client { get; }

    /// <exception cref="HttpRequestException">No answer; within it a <see cref="PrivateAddressException"/> where that
    /// is why.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or the caller gave up.</exception>
    public async Task<OutsideAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The client's own time ends with the headers.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        await using var body = await answer.Content.ReadAsStreamAsync(limit.Token);
        var bytes = new byte[BodyMax];
        var read = await body.ReadAtLeastAsync(bytes, BodyMax, throwOnEndOfStream: false, limit.Token);
        return new OutsideAnswer(
            answer.StatusCode,
            Encoding.UTF8.GetString(bytes, 0, read),
            answer.Headers.RetryAfter?.Delta
        );
    }

    public void Dispose() => Client.Dispose();

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!privateToo && !addresses.All(PublicAddresses.Contain))
            throw new PrivateAddressException(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
