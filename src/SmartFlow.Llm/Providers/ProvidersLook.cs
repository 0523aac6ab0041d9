using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Doctor;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// Each configured server by its list of models, which costs nothing: whether it is there, takes the key, and has the
/// models that are asked of it; its clock against ours.
/// </summary>
internal sealed class ProvidersLook(IOptions<LlmOptions> options, TimeProvider time) : IDoctorCheck
{
    private const int ListBytesMax = 4 * 1024 * 1024;
    private const int ClockSeconds = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public string Name => "providers";

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var servers = settings.Providers.Select(p => new Server(p.Name, p.BaseUrl, p.ApiKey, p.Api, p.Models)).ToList();
        if (settings.BaseUrl.Length > 0)
            servers.Insert(
                0,
                new Server(
                    new OpenAiCompatibleOptions().Name,
                    settings.BaseUrl,
                    settings.ApiKey,
                    ProviderApi.OpenAi,
                    settings.ServerModels
                )
            );
        if (servers.Count == 0)
            yield return DoctorFinding.Warning(
                "none is configured: the offline model answers",
                "Set SMARTFLOW_LLM_BASE_URL, SMARTFLOW_LLM_API_KEY and SMARTFLOW_LLM_MODEL."
            );
        using var http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = ListBytesMax };
        foreach (var server in servers)
        foreach (var finding in await AskAsync(http, server, new ProviderText(settings), cancellationToken))
            yield return finding;
    }

    private async Task<IReadOnlyList<DoctorFinding>> AskAsync(
        HttpClient http,
        Server server,
        ProviderText text,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            OpenAiCompatibleProvider.ModelsAddress(server.BaseUrl)
        );
        if (server.Api == ProviderApi.Anthropic)
        {
            request.Headers.Add("anthropic-version", "2023-06-01");
            request.Headers.TryAddWithoutValidation("x-api-key", server.ApiKey);
        }
        else if (server.ApiKey.Length > 0)
            request.Headers.Authorization = new("Bearer", server.ApiKey);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            List<DoctorFinding> findings =
            [
                Of(server, answer.StatusCode, await ModelsAsync(answer, cancellationToken)),
            ];
            if (answer.Headers.Date is { } date && Math.Abs((time.GetUtcNow() - date).TotalSeconds) > ClockSeconds)
                findings.Add(
                    DoctorFinding.Warning(
                        FormattableString.Invariant(
                            $"the clock here is {(time.GetUtcNow() - date).TotalSeconds:+0;-0} s against {server.Name}'s"
                        ),
                        "Set it by NTP."
                    )
                );
            return findings;
        }
        catch (Exception e)
            when (e is HttpRequestException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return
            [
                DoctorFinding.Error(
                    $"{server.Name} is out of reach: {text.Clean(e.Message)}",
                    "Look at its address, at the network from here, and at proxies."
                ),
            ];
        }
    }

    private static DoctorFinding Of(Server server, HttpStatusCode status, HashSet<string>? models)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return DoctorFinding.Error(
                $"{server.Name} refuses the key ({(int)status})",
                "Set its ApiKey; every call to it fails."
            );
        if ((int)status >= 500)
            return DoctorFinding.Error($"{server.Name} answers {(int)status}", "It has trouble of its own; try later.");
        if (models is null)
            return DoctorFinding.Ok($"{server.Name} answers and lists no models ({(int)status})");
        var missing = server.Models.Where(m => !models.Contains(m)).ToArray();
        return missing.Length == 0
            ? DoctorFinding.Ok($"{server.Name} answers and lists {models.Count} models")
            : DoctorFinding.Warning(
                $"{server.Name} does not list {string.Join(", ", missing)}",
                "Some servers answer for more than they list. Else correct the names."
            );
    }

    private static async Task<HashSet<string>?> ModelsAsync(
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        if (!answer.IsSuccessStatusCode)
            return null;
        try
        {
            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return body
                .RootElement.GetProperty("data")
                .EnumerateArray()
                .Select(m => m.GetProperty("id").GetString() ?? "")
                .ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // It answers, and not with such a list.
            return null;
        }
    }

    private sealed record Server(string Name, string BaseUrl, string ApiKey, ProviderApi Api, string[] Models);
}

/// <summary>A price for each model that may be asked for, in each scene: a call without one is refused.</summary>
internal sealed class PricesLook(ModelCatalog models, ICreditLedger ledger) : IDoctorCheck
{
    private const int NamedMax = 20;

    public string Name => "prices";

    public bool ReadsDatabases => true;

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var candidates = (await models.ListAsync(cancellationToken))
            .Items.SelectMany(m => m.Candidates)
            .DistinctBy(c => (c.ProviderName, c.ModelName))
            .ToArray();
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var scene in Scenes.All)
        {
            var priced = (
                await ledger.ResolvePricesAsync(
                    new ResolvePricesRequest { Scene = scene, Candidates = { candidates } },
                    cancellationToken
                )
            ).Prices;
            foreach (var (index, candidate) in candidates.Index())
                if (priced.All(p => p.Candidate != index))
                    missing.Add($"{candidate.ProviderName}/{candidate.ModelName}");
        }
        if (missing.Count == 0)
            yield return DoctorFinding.Ok($"all {candidates.Length} models have one");
        else
            yield return DoctorFinding.Error(
                $"{missing.Count} of {candidates.Length} models have none in at least one scene: {string.Join(", ", missing.Take(NamedMax))}{(missing.Count > NamedMax ? " …" : "")}",
                "Add a price rule under Operations → Prices; their calls are refused until then."
            );
    }
}
