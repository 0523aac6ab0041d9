using System.Net.Http.Headers;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers.Responses;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// OpenAI's Responses API, translated from and to chat completions
/// (https://platform.openai.com/docs/api-reference/responses). Nothing is stored there.
/// </summary>
internal sealed class ResponsesProvider : IProvider, IDisposable
{
    private const string Route = "/responses";
    private readonly OpenAiCompatibleOptions options;
    private readonly ProviderHttp http;

    public ResponsesProvider(OpenAiCompatibleOptions options, TimeProvider time)
    {
        this.options = options;
        var authorization = options.ApiKey.Length > 0 ? new AuthenticationHeaderValue("Bearer", options.ApiKey) : null;
        http = new ProviderHttp(
            ProviderHttp.AddressOf(options.BaseUrl, Route),
            headers => headers.Authorization = authorization,
            new ResponsesFormat(time),
            options,
            time,
            ProviderHttp.Network(options)
        );
    }

    public string Name => options.Name;

    public Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        request.Kind == CallKind.Embeddings
            ? throw Failures.Untranslatable("This model's provider does not offer embeddings here.")
            : http.SendAsync(request with { Body = ResponsesRequest.Translate(request.Body) }, cancellationToken);

    public void Dispose() => http.Dispose();
}
