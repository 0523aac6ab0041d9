using System.Text.Json;
using Microsoft.Extensions.Logging;
using SmartFlow.Llm.Calls;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// The models of a server that was configured without naming any: what its /models lists, asked again every few
/// minutes. A server without such a list takes any name; the price rules decide whether it may be called.
/// </summary>
internal sealed partial class DiscoveredModels(
    ConfiguredProvider provider,
    Uri modelsAddress,
    string apiKey,
    ProviderText text,
    TimeProvider time,
    ILogger<DiscoveredModels> logger
) : IDisposable
{
    private const int Limit = 1_000;
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(5);
    private readonly HttpClient http = new()
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = 4 * 1024 * 1024,
    };
    private readonly SemaphoreSlim asking = new(1);
    private (DateTimeOffset At, Candidate[]? Models)? last;

    /// <summary>Null: the server lists its models and this is none of them.</summary>
    public async ValueTask<Candidate?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var models = await ModelsAsync(cancellationToken);
        if (models is null)
            return provider.Candidate(name.Length == 0 ? "default" : name);
        return name.Length == 0 ? models.FirstOrDefault() : Array.Find(models, m => m.Model == name);
    }

    public async ValueTask<IReadOnlyList<Candidate>> ListAsync(CancellationToken cancellationToken) =>
        await ModelsAsync(cancellationToken) ?? [];

    public void Dispose()
    {
        http.Dispose();
        asking.Dispose();
    }

    private async ValueTask<Candidate[]?> ModelsAsync(CancellationToken cancellationToken)
    {
        if (last is { } fresh && time.GetUtcNow() - fresh.At < Keep)
            return fresh.Models;
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (last is { } other && time.GetUtcNow() - other.At < Keep)
                return other.Models;
            var models = await AskAsync(cancellationToken);
            last = (time.GetUtcNow(), models);
            return models;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<Candidate[]?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, modelsAddress);
            if (apiKey.Length > 0)
                request.Headers.Authorization = new("Bearer", apiKey);
            using var response = await http.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var names = body
                .RootElement.GetProperty("data")
                .EnumerateArray()
                .Take(Limit)
                .Select(m => m.GetProperty("id").GetString() ?? "")
                .Where(n => n.Length is > 0 and <= ChatRequest.MaxModelLength && !text.Tells(n))
                .ToArray();
            return names.Length == 0 ? null : [.. names.Select(provider.Candidate)];
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // Without what may stand in it beside the host: a password, a key in its query.
            Log.NoList(
                logger,
                modelsAddress.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
                e.Message
            );
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "{Address} lists no models ({Reason}); any model name is passed on. Set SMARTFLOW_LLM_MODEL to name them"
        )]
        public static partial void NoList(ILogger logger, string address, string reason);
    }
}
