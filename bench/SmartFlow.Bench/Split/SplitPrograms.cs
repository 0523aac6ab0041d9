using System.Diagnostics;
using System.Globalization;
using SmartFlow.Bench.Ledger;
using SmartFlow.Bench.Load;
using SmartFlow.Tests.Platform.Bus;

namespace SmartFlow.Bench.Split;

/// <summary>A system under load.</summary>
/// <param name="Target">Its gateway.</param>
/// <param name="Processes">All processes of it, by module.</param>
/// <param name="Postgres">Its database server.</param>
internal sealed record Contestant(
    Target Target,
    IReadOnlyList<(string Module, int Id)> Processes,
    BenchPostgres Postgres
);

/// <summary>
/// The whole program as one process, and as deploy/ splits it (every module a process, two of Llm and of TokenStore,
/// Redis, Kafka's brokers imitated by librdkafka), each on a PostgreSQL server of its own, and the provider behind
/// both.
/// </summary>
internal sealed class SplitPrograms : IAsyncDisposable
{
    public const string One = "one process";
    public const string Split = "split";

    private static readonly string[] Modules =
    [
        "userauth",
        "tokenstore",
        "tokenstore",
        "llm",
        "llm",
        "planner",
        "agent",
        "memory",
        "activescheduler",
        "forum",
        "notification",
        "gateway",
    ];

    private readonly ChildProcesses processes = new();
    private readonly List<BenchPostgres> servers = [];
    private readonly string folder = Directory.CreateTempSubdirectory("smartflow-bench-").FullName;
    private readonly string host;
    private readonly int provider = ChildProcesses.FreePort();
    private Process? brokers;

    /// <param name="host">The program.</param>
    private SplitPrograms(string host) => this.host = host;

    public List<Contestant> All { get; } = [];

    public static async Task<SplitPrograms> StartAsync(string host)
    {
        var programs = new SplitPrograms(host);
        programs.processes.Start("dotnet", [Self, "provider", $"{programs.provider}"], []);
        programs.All.Add(await programs.StartOneAsync());
        programs.All.Add(await programs.StartSplitAsync());
        return programs;
    }

    public async ValueTask DisposeAsync()
    {
        await processes.DisposeAsync();
        brokers?.StandardInput.Close();
        if (brokers is not null)
            await brokers.WaitForExitAsync();
        brokers?.Dispose();
        foreach (var server in servers)
            await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static string Self => Path.Combine(AppContext.BaseDirectory, "SmartFlow.Bench.dll");

    private async Task<Contestant> StartOneAsync()
    {
        var port = ChildProcesses.FreePort();
        var (postgres, settings) = await SettingsAsync();
        var process = Start(settings, port);
        return new(TargetOf(One, port, await BenchUsers.SignUpAsync(port)), [("all", process)], postgres);
    }

    private async Task<Contestant> StartSplitAsync()
    {
        var (postgres, common) = await SettingsAsync();
        var redis = ChildProcesses.FreePort();
        processes.Start(
            "redis-server",
            ["--port", $"{redis}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
            []
        );
        common["Redis__Configuration"] = $"127.0.0.1:{redis}";
        common["Bus__Kafka__BootstrapServers"] = await StartBrokersAsync();
        common["SMARTFLOW_RPC_TOKEN"] = "a token of the bench only";
        common["Auth__SigningKey"] = Convert.ToBase64String(new byte[32]);
        var places = Modules
            .Select(m => (Module: m, Web: ChildProcesses.FreePort(), Rpc: ChildProcesses.FreePort()))
            .ToList();
        foreach (var module in new[] { "UserAuth", "TokenStore", "Llm", "Planner" })
            common["Remotes__" + module] = string.Join(
                ',',
                places
                    .Where(p => p.Module.Equals(module, StringComparison.OrdinalIgnoreCase))
                    .Select(p => $"http://127.0.0.1:{p.Rpc}")
            );
        var started = new List<(string Module, int Id)>();
        foreach (var (module, web, rpc) in places)
            started.Add(
                (
                    module,
                    Start(new(common) { ["modules"] = module, ["SMARTFLOW_RPC_URL"] = $"http://127.0.0.1:{rpc}" }, web)
                )
            );
        foreach (var (_, web, _) in places)
            using (var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{web}") })
                await BenchUsers.ReadyAsync(http);
        var keys = await BenchUsers.SignUpAsync(places.Single(p => p.Module == "userauth").Web);
        return new(TargetOf(Split, places.Single(p => p.Module == "gateway").Web, keys), started, postgres);
    }

    private async Task<(BenchPostgres Server, Dictionary<string, string> Settings)> SettingsAsync()
    {
        var postgres = await BenchPostgres.StartAsync();
        servers.Add(postgres);
        var settings = new Dictionary<string, string>
        {
            ["Data__ConnectionString"] = await postgres.NewDatabaseAsync("bench") + ";Maximum Pool Size=8",
            ["SMARTFLOW_LLM_BASE_URL"] = $"http://127.0.0.1:{provider}",
            ["SMARTFLOW_LLM_MODEL"] = "bench,bench-10ms",
            ["TokenStore__WelcomeCredits"] = "1000000",
        };
        var (code, said) = await RunAsync(settings, "migrate");
        return code == 0 ? (postgres, settings) : throw new InvalidOperationException(said);
    }

    private int Start(Dictionary<string, string> settings, int port) =>
        processes.Start(
            "dotnet",
            [host],
            new(settings)
            {
                ["SMARTFLOW_URLS"] = $"http://127.0.0.1:{port}",
                ["SMARTFLOW_DATA"] = Path.Combine(folder, $"{port}"),
            }
        );

    private async Task<(int Code, string Said)> RunAsync(Dictionary<string, string> settings, string command)
    {
        var start = new ProcessStartInfo("dotnet", [host, command]) { RedirectStandardOutput = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["SMARTFLOW_DATA"] = Path.Combine(folder, command);
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    /// <summary>One imitated broker with the program's topics, in a process of its own.</summary>
    private async Task<string> StartBrokersAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Self])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[MockKafka.Variable] = "1";
        brokers = Process.Start(start)!;
        brokers.BeginErrorReadLine();
        // Session and heartbeat as those of brokers that nobody has set otherwise.
        var made = (await AskAsync("new 1 45000 5000")).Split(' ');
        var topics = typeof(Contracts.Events.Topics).GetFields().Select(f => (string)f.GetRawConstantValue()!);
        foreach (var topic in topics)
            await AskAsync(string.Create(CultureInfo.InvariantCulture, $"topic {made[0]} {topic} 4"));
        return made[1];

        async Task<string> AskAsync(string command)
        {
            await brokers.StandardInput.WriteLineAsync(command);
            return await brokers.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException("The brokers have ended.");
        }
    }

    private static Target TargetOf(string name, int port, List<string> keys) =>
        new(name, port, [.. keys.Select(k => $"Authorization: Bearer {k}\r\n")]);
}
