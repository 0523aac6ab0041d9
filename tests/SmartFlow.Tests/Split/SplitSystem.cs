using System.Text.RegularExpressions;
using Npgsql;
using SmartFlow.Tests.Faults;

namespace SmartFlow.Tests.Split;

/// <summary>
/// The split system as deploy/ has it: every process that dev.sh starts, behind nginx, on PostgreSQL, Redis and Kafka's
/// brokers of its own, in Development with the starter data. It takes half a minute to start and the memory of a dozen
/// processes.
/// </summary>
internal sealed partial class SplitSystem : IAsyncDisposable
{
    private const string Other = "-other";
    private readonly List<string> folders = [];
    private readonly PostgresServer postgres = new();
    private readonly RedisServer redis = new();
    private readonly KafkaBrokers brokers = new();
    private readonly Dictionary<string, ClusterNode> processes = [];
    private readonly Dictionary<string, int> ports = [];
    private (string, string)[] common = [];
    private string database = "";
    private Nginx? nginx;

    private SplitSystem() { }

    /// <summary>The one address of the whole.</summary>
    public Uri Url => nginx!.Url;

    /// <summary>By the names that deploy/ gives them, in the order in which it starts them.</summary>
    public IReadOnlyDictionary<string, ClusterNode> Processes => processes;

    /// <param name="settings">Of every process, beside what deploy/ sets.</param>
    public static Task<SplitSystem> StartAsync(params (string Name, string Value)[] settings) =>
        StartAsync([], settings);

    /// <param name="twice">Processes beside which another of their module stands, as the replicas of a cluster.</param>
    /// <param name="settings">As above.</param>
    public static async Task<SplitSystem> StartAsync(
        IReadOnlyList<string> twice,
        params (string Name, string Value)[] settings
    )
    {
        var system = new SplitSystem();
        try
        {
            await system.BeginAsync(twice, settings);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command of the program, with every module.</summary>
    public Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments) =>
        SmartFlowProcess.RunAsync(Folder(), common, arguments);

    public NpgsqlConnection OpenDatabase() => new(database);

    public async ValueTask DisposeAsync()
    {
        if (nginx is not null)
            await nginx.DisposeAsync();
        foreach (var process in processes.Values)
            await process.DisposeAsync();
        await brokers.DisposeAsync();
        await redis.DisposeAsync();
        await postgres.DisposeAsync();
        foreach (var folder in folders)
            Directory.Delete(folder, recursive: true);
    }

    private async Task BeginAsync(IReadOnlyList<string> twice, (string Name, string Value)[] settings)
    {
        await redis.StartAsync();
        database = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync())
        {
            MaxPoolSize = 10,
            Timeout = 5,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ToString();
        var places = Places()
            .SelectMany(p => twice.Contains(p.Name) ? [p, (Name: p.Name + Other, p.Module)] : new[] { p })
            .Select(p => (p.Name, p.Module, Rpc: FreePorts.Next()))
            .ToList();
        foreach (var place in places)
            ports[place.Name] = FreePorts.Next();
        common =
        [
            ("SMARTFLOW_RPC_TOKEN", "a secret of the split tests"),
            ("Auth__SigningKey", Convert.ToBase64String(new byte[32])),
            ("Data__ConnectionString", database),
            ("Bus__Kafka__BootstrapServers", (await brokers.NewClusterAsync()).Servers),
            ("Redis__Configuration", redis.Configuration),
            ("Web__TrustedProxies", "127.0.0.1"),
            ("Rpc__MaxMessageBytes", "35651584"),
            ("Gateway__AgentUrl", $"http://127.0.0.1:{ports["agent"]}"),
            .. Modules()
                .Select(module =>
                    (
                        $"Remotes__{module}",
                        string.Join(
                            ',',
                            places
                                .Where(p => p.Module.Equals(module, StringComparison.OrdinalIgnoreCase))
                                .Select(p => $"http://127.0.0.1:{p.Rpc}")
                        )
                    )
                ),
            .. settings,
        ];
        var (code, output) = await CommandAsync("seed", "starter");
        if (code != 0)
            throw new InvalidOperationException(output);
        foreach (var (name, module, rpc) in places)
        {
            (string, string)[] environment =
            [
                .. common,
                ("modules", module),
                ("Rpc__Url", $"http://127.0.0.1:{rpc}"),
                ("SMARTFLOW_URLS", $"http://127.0.0.1:{ports[name]}"),
                ("OTEL_SERVICE_NAME", name),
            ];
            processes[name] = new ClusterNode(name, Folder(), () => environment);
        }
        // All at once, as deploy/ does: who needs another waits for it.
        await Task.WhenAll(processes.Values.Select(p => p.StartAsync()));
        nginx = await Nginx.StartAsync(name =>
            ports.Where(p => p.Key == name || p.Key == name + Other).Select(p => p.Value)
        );
    }

    private string Folder()
    {
        folders.Add(Directory.CreateTempSubdirectory("smartflow-split-").FullName);
        return folders[^1];
    }

    /// <summary>The list of dev.sh, which DeployTests compares with the other files of deploy/.</summary>
    private static IEnumerable<(string Name, string Module)> Places() =>
        ProcessList()
            .Match(Deployed("dev.sh"))
            .Groups[1]
            .Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split(':'))
            .Select(p => (p[0], p[1]));

    /// <summary>Those that docker-compose.yml makes remote.</summary>
    private static IEnumerable<string> Modules() =>
        Remote().Matches(Deployed("docker-compose.yml")).Select(m => m.Groups[1].Value);

    private static string Deployed(string file) => File.ReadAllText(Path.Combine(Repository.Root, "deploy", file));

    [GeneratedRegex("processes=\"([^\"]+)\"")]
    private static partial Regex ProcessList();

    [GeneratedRegex(@"Remotes__(\w+):")]
    private static partial Regex Remote();
}
