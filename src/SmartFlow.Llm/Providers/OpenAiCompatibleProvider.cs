using System.Net.Http.Headers;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// Any server that speaks OpenAI's chat completions and embeddings: OpenAI, DeepSeek, Ark, Qwen, Moonshot, Ollama, vLLM
/// …
/// </summary>
internal sealed class OpenAiCompatibleProvider : IProvider, IDisposable
{
    private const string ChatRoute = "/chat/completions";
    private readonly OpenAiCompatibleOptions options;
    private readonly ProviderHttp http;
    private readonly ProviderHttp numbers;
    private readonly ProviderHttp base64;
    private readonly ProviderHttp otherVectors;

    public OpenAiCompatibleProvider(OpenAiCompatibleOptions options, TimeProvider time)
        : this(options, time, ProviderHttp.Network(options)) { }

    /// <summary>With a handler that takes the server's place.</summary>
    public OpenAiCompatibleProvider(OpenAiCompatibleOptions options, TimeProvider time, HttpMessageHandler handler)
    {
        this.options = options;
        var authorization = options.ApiKey.Length > 0 ? new AuthenticationHeaderValue("Bearer", options.ApiKey) : null;
        http = Route(ChatAddress(options.BaseUrl), new ChatFormat(time));
        var embeddings = Beside(options.BaseUrl, "/embeddings");
        numbers = Route(embeddings, EmbeddingsFormat.Numbers);
        base64 = Route(embeddings, EmbeddingsFormat.Base64);
        otherVectors = Route(embeddings, EmbeddingsFormat.AsTheyCome);

        ProviderHttp Route(Uri address, IAnswerFormat format) =>
            new(address, headers => headers.Authorization = authorization, format, options, time, handler);
    }

    public string Name => options.Name;

    /// <inheritdoc cref="ProviderHttp.AddressOf"/>
    public static Uri ChatAddress(string baseUrl) => ProviderHttp.AddressOf(baseUrl, ChatRoute);

    /// <summary>Where the server lists its models: beside the chat completions.</summary>
    public static Uri ModelsAddress(string baseUrl) => Beside(baseUrl, "/models");

    public Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        (request.Kind == CallKind.Chat ? http : EmbeddingsRoute(request)).SendAsync(request, cancellationToken);

    public void Dispose()
    {
        http.Dispose();
        numbers.Dispose();
        base64.Dispose();
        otherVectors.Dispose();
    }

    private ProviderHttp EmbeddingsRoute(ProviderRequest request) =>
        EmbeddingRequest.EncodingOf(request.Body.Span) switch
        {
            null or "float" => numbers,
            "base64" => base64,
            _ => otherVectors,
        };

    private static Uri Beside(string baseUrl, string route)
    {
        var chat = ChatAddress(baseUrl);
        return new UriBuilder(chat) { Path = chat.AbsolutePath[..^ChatRoute.Length] + route }.Uri;
    }
}
