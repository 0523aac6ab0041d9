using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers.Anthropic;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// Anthropic's messages API, translated from and to chat completions
/// (https://docs.anthropic.com/en/api/messages, version 2023-06-01).
/// </summary>
internal sealed class AnthropicProvider : IProvider, IDisposable
{
    private const string Route = "/messages";
    private const string Version = "2023-06-01";
    private readonly OpenAiCompatibleOptions options;
    private readonly ProviderHttp http;

    public AnthropicProvider(OpenAiCompatibleOptions options, TimeProvider time)
    {
        this.options = options;
        http = new ProviderHttp(
            ProviderHttp.AddressOf(options.BaseUrl, Route),
            headers =>
            {
                if (options.ApiKey.Length > 0)
                    headers.TryAddWithoutValidation("x-api-key", options.ApiKey);
                headers.TryAddWithoutValidation("anthropic-version", Version);
            },
            new AnthropicFormat(time),
            options,
            time,
            ProviderHttp.Network(options)
        );
    }

    public string Name => options.Name;

    public Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        request.Kind == CallKind.Embeddings
            ? throw Failures.Untranslatable("This model's provider does not offer embeddings.")
            : http.SendAsync(request with { Body = AnthropicRequest.Translate(request.Body) }, cancellationToken);

    public void Dispose() => http.Dispose();
}
