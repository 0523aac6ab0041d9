using System.Net;
using Microsoft.Extensions.Options;

namespace SmartFlow.Gateway.Fallback;

/// <summary>The way to the agent's process, <c>Gateway:AgentUrl</c>.</summary>
internal sealed class AgentLink(IOptions<GatewayOptions> options) : IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        // It may have another machine behind it.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    public bool IsSet => options.Value.AgentUrl.Length > 0;

    public Uri AddressOf(string path) => new(new Uri(options.Value.AgentUrl), path);

    /// <summary>Returns with the headers; the body comes as it is read.</summary>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => http.SendAsync(request, cancellationToken);

    public void Dispose() => http.Dispose();
}
