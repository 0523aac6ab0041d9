using System.Net;
using System.Net.Http.Headers;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// One attempt over HTTP, whatever the vendor's dialect: connection pool, time-outs, size limits, the sent mark,
/// errors.
/// </summary>
/// <param name="address">Where requests are posted.</param>
/// <param name="authorize">Sets the headers of the account.</param>
/// <param name="format">How the vendor's answers become chat completions.</param>
/// <param name="handler">The network, or what takes the server's place.</param>
internal sealed class ProviderHttp(
    Uri address,
    Action<HttpRequestHeaders> authorize,
    IAnswerFormat format,
    OpenAiCompatibleOptions options,
    TimeProvider time,
    HttpMessageHandler handler
) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpMessageInvoker http = new(handler);

    /// <summary>
    /// The request's <see cref="ProviderRequest.Attempt"/>, for a handler that takes the server's place.
    /// </summary>
    public static readonly HttpRequestOptionsKey<int> Attempt = new("smartflow.attempt");

    /// <summary>The network with the limits of the options.</summary>
    public static SocketsHttpHandler Network(OpenAiCompatibleOptions options) =>
        new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(options.ConnectTimeoutSeconds),
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            MaxResponseDrainSize = 64 * 1024,
        };

    /// <summary>
    /// The address of a route for a base URL: <c>/v1</c>, or what the vendor has in its place, is added to a bare host,
    /// any other path is kept, and an address that ends in the route is taken as it is.
    /// </summary>
    /// <exception cref="ArgumentException">Not an absolute http(s) address.</exception>
    public static Uri AddressOf(string baseUrl, string route)
    {
        if (!Uri.TryCreate(baseUrl.Trim(), UriKind.Absolute, out var given) || given.Scheme is not ("http" or "https"))
            throw new ArgumentException(
                "The provider's base URL must begin with http:// or https://.",
                nameof(baseUrl)
            );
        var path = given.AbsolutePath.TrimEnd('/');
        if (!path.EndsWith(route, StringComparison.Ordinal))
            path = (path.Length == 0 ? Vendor.Of(given).Path : path) + route;
        return new UriBuilder(given) { Path = path }.Uri;
    }

    /// <inheritdoc cref="IProvider.SendAsync"/>
    public async Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var clock = new CallClock(options, time);
        clock.Obey(cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using var message = Message(request);
            if (request.Stream)
                clock.Expect("first byte", options.FirstByteTimeoutSeconds);
            response = await http.SendAsync(message, clock.Token);
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(response, clock);
            var body = await response.Content.ReadAsStreamAsync(clock.Token);
            var answer = Answer(request, response, body, clock);
            response = null;
            clock.Obey(CancellationToken.None);
            return answer;
        }
        catch (Exception e)
        {
            using (clock)
            using (response)
                throw clock.Classify(e, answering: false);
        }
    }

    public void Dispose() => http.Dispose();

    private ProviderAnswer Answer(ProviderRequest request, HttpResponseMessage response, Stream body, CallClock clock)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        var isEvents = type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (isEvents && !request.Stream)
            throw Failures.Malformed("an event stream for a plain request");
        // A server without a content type that was asked for a stream most likely sends one.
        if (isEvents || (request.Stream && !type.Contains("json", StringComparison.OrdinalIgnoreCase)))
            return new StreamedAnswer(response, body, clock, options, format.Events(request.Choices));
        return new PlainAnswer(response, body, clock, options, format, asStream: request.Stream);
    }

    private async Task<ProviderException> RefusalAsync(HttpResponseMessage response, CallClock clock)
    {
        var retryAfter = Failures.RetryAfterOf(response.Headers, time.GetUtcNow());
        byte[] body;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(clock.Token);
            body = new byte[Failures.MaxErrorBytes];
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, clock.Token);
            body = body[..length];
        }
        catch (IOException)
        {
            // The status says enough.
            body = [];
        }
        return Failures.FromStatus((int)response.StatusCode, body, retryAfter);
    }

    private HttpRequestMessage Message(ProviderRequest request)
    {
        var content = new MarkedContent(request);
        content.Headers.ContentType = Json;
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        authorize(message.Headers);
        message.Options.Set(Attempt, request.Attempt);
        return message;
    }
}
