using System.Net;
using System.Net.Http.Headers;

namespace SmartFlow.Llm.Providers;

/// <summary>Any server that speaks OpenAI's chat completions: OpenAI, DeepSeek, Ark, Qwen, Moonshot, Ollama, vLLM …</summary>
internal sealed class OpenAiCompatibleProvider : IProvider, IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly OpenAiCompatibleOptions options;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;
    private readonly Uri address;
    private readonly AuthenticationHeaderValue? authorization;

    /// <summary>The request's <see cref="ProviderRequest.Attempt"/>, for a handler that takes the server's place.</summary>
    public static readonly HttpRequestOptionsKey<int> Attempt = new("smartflow.attempt");

    public OpenAiCompatibleProvider(OpenAiCompatibleOptions options, TimeProvider time)
        : this(options, time, Handler(options))
    {
    }

    /// <summary>With a handler that takes the server's place.</summary>
    public OpenAiCompatibleProvider(OpenAiCompatibleOptions options, TimeProvider time, HttpMessageHandler handler)
    {
        this.options = options;
        this.time = time;
        address = ChatAddress(options.BaseUrl);
        authorization = options.ApiKey.Length > 0 ? new AuthenticationHeaderValue("Bearer", options.ApiKey) : null;
        http = new HttpMessageInvoker(handler);
    }

    public string Name => options.Name;

    /// <summary>
    /// The address of the chat completions for a base URL: <c>…/v1</c> is added to a bare host, and any other path
    /// (<c>/v1</c>, <c>/api/v3</c>, <c>/compatible-mode/v1</c>) is kept.
    /// </summary>
    /// <exception cref="ArgumentException">Not an absolute http(s) address.</exception>
    public static Uri ChatAddress(string baseUrl)
    {
        if (!Uri.TryCreate(baseUrl.Trim(), UriKind.Absolute, out var given) || given.Scheme is not ("http" or "https"))
            throw new ArgumentException($"The provider's base URL must begin with http:// or https://, not \"{baseUrl}\".", nameof(baseUrl));
        const string route = "/chat/completions";
        var path = given.AbsolutePath.TrimEnd('/');
        if (!path.EndsWith(route, StringComparison.Ordinal)) path = (path.Length == 0 ? "/v1" : path) + route;
        return new UriBuilder(given) { Path = path }.Uri;
    }

    /// <summary>Where the server lists its models: beside the chat completions.</summary>
    public static Uri ModelsAddress(string baseUrl)
    {
        var chat = ChatAddress(baseUrl);
        return new UriBuilder(chat) { Path = chat.AbsolutePath[..^"/chat/completions".Length] + "/models" }.Uri;
    }

    public async Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var clock = new CallClock(options, time);
        clock.Obey(cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            using var message = Message(request);
            if (request.Stream) clock.Expect("first byte", options.FirstByteTimeoutSeconds);
            response = await http.SendAsync(message, clock.Token);
            if (!response.IsSuccessStatusCode) throw await RefusalAsync(response, clock);
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
        if (isEvents && !request.Stream) throw Failures.Malformed("an event stream for a plain request");
        // A server without a content type that was asked for a stream most likely sends one.
        if (isEvents || (request.Stream && !type.Contains("json", StringComparison.OrdinalIgnoreCase)))
            return new StreamedAnswer(response, body, clock, options);
        return new PlainAnswer(response, body, clock, options, asStream: request.Stream);
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
        message.Headers.Authorization = authorization;
        message.Options.Set(Attempt, request.Attempt);
        return message;
    }

    private static SocketsHttpHandler Handler(OpenAiCompatibleOptions options) => new()
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
}
