using System.Net;
using Microsoft.Extensions.Options;

namespace SmartFlow.Gateway.Fallback;

/// <summary>The way to the agent's process, <c>Gateway:AgentUrl</c>.</summary>
internal sealed class AgentLink(IOptions<GatewayOptions> options) : IDisposable
{
    /// <summary>The agent's answers begin at once, before a model is asked.</summary>
    private static readonly TimeSpan Headers = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            // It may have another machine behind it.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    );

    public bool IsSet => options.Value.AgentUrl.Length > 0;

    public Uri AddressOf(string path) => new(new Uri(options.Value.AgentUrl), path);

    /// <summary>Returns with the headers; the body comes as it is read.</summary>
    /// <exception cref="HttpRequestException">No answer, or none within <see cref="Headers"/>.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Headers);
        try
        {
            return await http.SendAsync(request, patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(
                $"{options.Value.AgentUrl} did not answer within {Headers.TotalSeconds:0} seconds.",
                e
            );
        }
    }

    public void Dispose() => http.Dispose();
}
