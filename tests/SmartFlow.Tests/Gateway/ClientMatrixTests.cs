using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// Official clients × scenarios against the real host: what their user sees, what the provider received and what was
/// charged. The table of it is docs/clients.md. Those of npm run in tests/clients/matrix, those of NuGet here.
/// </summary>
public sealed class ClientMatrixTests
{
    /// <summary>Longer than an impatient client waits, shorter than the provider's silence.</summary>
    private const int LifeSignSeconds = 4;

    private static readonly string Committed = Path.Combine(Repository.Root, "docs", "clients.md");

    [Fact]
    public async Task Every_client_sees_and_pays_what_it_should()
    {
        await using var provider = await FakeProvider.StartAsync();
        var arrivals = new ClientMatrixArrivals();
        var names = Names();
        await using var app = await GatewayClient.StartAsync(provider, s =>
        {
            // The poor find no welcome left.
            s.Settings["TokenStore:WelcomesADay"] = $"{names.Count(n => n.Scenario != "no-credit") + 1}";
            s.Settings["Gateway:LifeSignSeconds"] = $"{LifeSignSeconds}";
            s.Services = services => services.AddSingleton<IStartupFilter>(arrivals);
        });
        var raw = await app.SignUpAsync("raw");
        var cells = (await SignUpAsync(app, names)).ToDictionary(c => (c.Client, c.Scenario));
        provider.Answers = new ClientMatrixProvider(
            (client, scenario) => arrivals.SecondOf(cells[(client, scenario)].Key)
        ).Answer;

        var (seen, versions) = (new ConcurrentBag<ClientMatrixResult>(), DotnetVersions());
        var signs = SignsOfLifeAsync(raw);
        // Those that measure time come alone: then they have the machine to themselves.
        foreach (var group in cells.Values.GroupBy(c => c.Patience is null).OrderByDescending(g => g.Key))
            await Task.WhenAll(RunNodeAsync(app, [.. group], seen, versions), RunDotnetAsync(app, group, seen));
        await Eventually.IsTrueAsync(
            async () => await IsSettledAsync(app, cells.Values),
            "everything settled and nothing to reconcile"
        );

        var found = new Dictionary<(string, string), (ClientMatrixResult, ClientMatrixCount, bool)>();
        var problems = new List<string>();
        if (await signs == 0)
            problems.Add("silence: the program gave no sign of life");
        foreach (var result in seen)
        {
            var cell = cells[(result.Client, result.Scenario)];
            var count = await CountAsync(cell, provider, arrivals);
            var wrong = ClientMatrixScenario.All.Single(s => s.Name == cell.Scenario).Problems(result, count).ToArray();
            found[(cell.Client, cell.Scenario)] = (result, count, wrong.Length == 0);
            if (wrong.Length > 0)
                problems.Add(
                    $"{cell.Scenario}, {cell.Client}: {string.Join("; ", wrong)} ({result.Detail.ReplaceLineEndings(" ")})"
                );
        }
        found.Count.ShouldBe(cells.Count);
        var table = new ClientMatrixTable(found, versions).ToString();
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            await File.WriteAllTextAsync(Committed, table);
        string.Join('\n', problems.Order()).ShouldBeEmpty();
        (table == await File.ReadAllTextAsync(Committed)).ShouldBeTrue(
            "The clients behave otherwise than docs/clients.md says. Review it, then run this test once with UPDATE=1:\n"
                + table
        );
    }

    private static List<(string Client, string Scenario)> Names() =>
        [
            .. ClientMatrixTable.Clients.SelectMany(c =>
                ClientMatrixScenario
                    .All.Where(s => s.Name != "embeddings" || !ClientMatrixTable.WithoutEmbeddings.Contains(c.Client))
                    .Select(s => (c.Client, s.Name))
            ),
        ];

    /// <summary>Those that are to have Credit first.</summary>
    private static async Task<IReadOnlyCollection<ClientMatrixCell>> SignUpAsync(
        SmartFlowApp app,
        List<(string Client, string Scenario)> names
    )
    {
        var cells = new ConcurrentBag<ClientMatrixCell>();
        foreach (
            var group in names
                .Select((n, i) => (n.Client, n.Scenario, Number: i))
                .GroupBy(n => n.Scenario == "no-credit")
                .OrderBy(g => g.Key)
        )
            await Parallel.ForEachAsync(group, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (n, _) =>
            {
                var user = await app.SignUpAsync($"cell{n.Number}");
                cells.Add(new ClientMatrixCell(n.Client, n.Scenario, user, await user.CreateApiKeyAsync()));
            });
        return cells;
    }

    private static async Task RunNodeAsync(
        SmartFlowApp app,
        ClientMatrixCell[] cells,
        ConcurrentBag<ClientMatrixResult> seen,
        Dictionary<string, string> versions
    )
    {
        var asked = cells
            .Where(c => !IsDotnet(c))
            .Select(c => new
            {
                client = c.Client,
                scenario = c.Scenario,
                key = c.Key,
            });
        var said = await new Node("matrix", "openai").PrintsAsync(
            "matrix.mjs",
            new()
            {
                ["MATRIX_ORIGIN"] = app.Url.ToString().TrimEnd('/'),
                ["MATRIX_CELLS"] = JsonSerializer.Serialize(asked),
            }
        );
        foreach (var line in said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('{')))
        {
            var json = JsonDocument.Parse(line).RootElement;
            if (json.TryGetProperty("package", out var package))
                versions[package.GetString()!] = json.GetProperty("version").GetString()!;
            else
                seen.Add(json.Deserialize<ClientMatrixResult>(JsonSerializerOptions.Web)!);
        }
    }

    /// <summary>Comment lines in the middle of an answer whose provider is silent, read without a client.</summary>
    private static async Task<int> SignsOfLifeAsync(TestUser user)
    {
        var answer = await user.PostAsync(
            "/v1/chat/completions",
            GatewayClient.Chat("[raw/patient] Say hello.", "fake", stream: true)
        );
        return answer
            .Text.Split('\n')
            .SkipWhile(l => !l.StartsWith("data:", StringComparison.Ordinal))
            .Count(l => l.StartsWith(':'));
    }

    private static Task RunDotnetAsync(
        SmartFlowApp app,
        IEnumerable<ClientMatrixCell> cells,
        ConcurrentBag<ClientMatrixResult> seen
    ) => Task.WhenAll(cells.Where(IsDotnet).Select(async c => seen.Add(await ClientMatrixClient.RunAsync(c, app.Url))));

    private static bool IsDotnet(ClientMatrixCell cell) => ClientMatrixClient.All.Any(c => c.Client == cell.Client);

    private static Dictionary<string, string> DotnetVersions() =>
        ClientMatrixClient
            .All.DistinctBy(c => c.Package)
            .ToDictionary(
                c => c.Package.Assembly.GetName().Name!,
                c =>
                    c
                        .Package.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                        .InformationalVersion.Split('+')[0]
            );

    /// <summary>Every charge is booked, no hold is left, and reconciliation finds nothing.</summary>
    private static async Task<bool> IsSettledAsync(SmartFlowApp app, IEnumerable<ClientMatrixCell> cells)
    {
        foreach (var check in app.Services.GetServices<IReconciliation>())
        await foreach (var _ in check.CheckAsync(default))
            return false;
        foreach (var cell in cells)
            if (
                (await cell.User.GetAsync("/api/v1/credit-store/summary")).Json.GetProperty("held_micros").GetInt64()
                != 0
            )
                return false;
        return true;
    }

    private static async Task<ClientMatrixCount> CountAsync(
        ClientMatrixCell cell,
        FakeProvider provider,
        ClientMatrixArrivals arrivals
    )
    {
        var rows = (await cell.User.GetAsync("/api/v1/credit-store/transactions?source=charge&page_size=100"))
            .Json.GetProperty("items")
            .EnumerateArray();
        var calls = (await cell.User.GetAsync("/api/v1/calls?page_size=100"))
            .Json.GetProperty("items")
            .EnumerateArray();
        var amounts = rows.Select(r => -r.GetProperty("amount_micros").GetInt64()).ToArray();
        var usages = calls
            .Select(c => c.GetProperty("usage"))
            .Where(u => u.ValueKind == JsonValueKind.Object)
            .Select(u => new ClientMatrixUsage(
                u.GetProperty("input_tokens").GetInt64(),
                u.GetProperty("output_tokens").GetInt64(),
                u.GetProperty("estimated").GetBoolean()
            ));
        return new ClientMatrixCount(
            arrivals.CountOf(cell.Key),
            provider.Received.Count(c => ClientMatrixCell.Of(c) == (cell.Client, cell.Scenario)),
            amounts.Length,
            amounts.Sum(),
            [.. usages]
        );
    }
}
