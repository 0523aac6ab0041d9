using System.Net.Http.Headers;

namespace SmartFlow.Llm.Providers;

/// <summary>Any server that speaks OpenAI's chat completions: OpenAI, DeepSeek, Ark, Qwen, Moonshot, Ollama, vLLM …</summary>
internal sealed class OpenAiCompatibleProvider : IProvider, IDisposable
{
    private const string Route = "/chat/completions";
    private readonly OpenAiCompatibleOptions options;
    private readonly ProviderHttp http;

    public OpenAiCompatibleProvider(OpenAiCompatibleOptions options, TimeProvider time)
        : this(options, time, ProviderHttp.Network(options))
    {
    }

    /// <summary>With a handler that takes the server's place.</summary>
    public OpenAiCompatibleProvider(OpenAiCompatibleOptions options, TimeProvider time, HttpMessageHandler handler)
    {
        this.options = options;
        var authorization = options.ApiKey.Length > 0 ? new AuthenticationHeaderValue("Bearer", options.ApiKey) : null;
        http = new ProviderHttp(
            ChatAddress(options.BaseUrl), headers => headers.Authorization = authorization, ChatFormat.Instance, options, time, handler);
    }

    public string Name => options.Name;

    /// <inheritdoc cref="ProviderHttp.AddressOf"/>
    public static Uri ChatAddress(string baseUrl) => ProviderHttp.AddressOf(baseUrl, Route);

    /// <summary>Where the server lists its models: beside the chat completions.</summary>
    public static Uri ModelsAddress(string baseUrl)
    {
        var chat = ChatAddress(baseUrl);
        return new UriBuilder(chat) { Path = chat.AbsolutePath[..^Route.Length] + "/models" }.Uri;
    }

    public Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        http.SendAsync(request, cancellationToken);

    public void Dispose() => http.Dispose();
}
