using System.Globalization;
using System.Net;
using Npgsql;

namespace SmartFlow.Tests.Faults;

/// <summary>
/// The system as it stands on several machines: a process for each module that calls and charges need, three of Llm and
/// two of TokenStore, on PostgreSQL, Redis and Kafka of its own; every process reaches each of them but Kafka, and each
/// other process, over a <see cref="Wire"/> of its own.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const int DiskMegabytes = 1_024;
    private const int Welcome = 1_000;
    private const string Secret = "a secret of the fault tests";
    private static readonly string SigningKey = Convert.ToBase64String(new byte[32]);
    private readonly List<string> folders = [];
    private readonly Dictionary<(string Node, string Server), Wire> wires = [];
    private readonly KafkaBrokers brokers;
    private readonly string database;
    private readonly int databasePort;
    private readonly bool ownClocks;

    private Cluster(
        FakeProvider provider,
        PostgresServer postgres,
        KafkaBrokers brokers,
        KafkaCluster kafka,
        RedisServer redis,
        string database,
        int llms,
        int stores,
        bool ownClocks
    )
    {
        this.ownClocks = ownClocks;
        (Provider, Postgres, this.brokers, Kafka, Redis, this.database) = (
            provider,
            postgres,
            brokers,
            kafka,
            redis,
            database
        );
        databasePort = new NpgsqlConnectionStringBuilder(database).Port;
        var storePlaces = Places("store", stores);
        var llmPlaces = Places("llm", llms);
        Place users = new("users", FreePorts.Next());
        Stores = [.. storePlaces.Select(p => Node(p, "tokenstore"))];
        Users = Node(users, "userauth", ("TokenStore", storePlaces));
        Llms = [.. llmPlaces.Select(p => Node(p, "llm", ("TokenStore", storePlaces)))];
        Edge = Node(
            new Place("edge", FreePorts.Next()),
            "gateway",
            ("TokenStore", storePlaces),
            ("UserAuth", [users]),
            ("Llm", llmPlaces)
        );
    }

    public FakeProvider Provider { get; }

    public PostgresServer Postgres { get; }

    public KafkaCluster Kafka { get; }

    public RedisServer Redis { get; }

    public ClusterNode Edge { get; }

    public ClusterNode Users { get; }

    public IReadOnlyList<ClusterNode> Llms { get; }

    public IReadOnlyList<ClusterNode> Stores { get; }

    /// <summary>In the order in which they start.</summary>
    public IEnumerable<ClusterNode> Nodes => [.. Stores, Users, .. Llms, Edge];

    /// <param name="llms">Processes of Llm.</param>
    /// <param name="stores">Processes of TokenStore.</param>
    /// <param name="ownClocks">Their clocks can be moved, which makes every look at them dearer.</param>
    public static async Task<Cluster> StartAsync(int llms = 3, int stores = 2, bool ownClocks = true)
    {
        var (postgres, brokers, redis) = (new PostgresServer(DiskMegabytes), new KafkaBrokers(), new RedisServer());
        await redis.StartAsync();
        var cluster = new Cluster(
            await FakeProvider.StartAsync(),
            postgres,
            brokers,
            await brokers.NewClusterAsync(),
            redis,
            await postgres.NewDatabaseAsync(),
            llms,
            stores,
            ownClocks
        );
        try
        {
            // One first, which makes the schemas; the others need it.
            await cluster.Stores[0].StartAsync();
            await Task.WhenAll(cluster.Stores.Skip(1).Append(cluster.Users).Select(n => n.StartAsync()));
            await Task.WhenAll(cluster.Llms.Select(n => n.StartAsync()));
            await cluster.Edge.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <param name="node">Who calls.</param>
    /// <param name="server">A server, or the name of another node.</param>
    public Wire WireOf(ClusterNode node, string server) => wires[(node.Name, server)];

    public IEnumerable<Wire> WiresTo(string server) => wires.Where(w => w.Key.Server == server).Select(w => w.Value);

    public NpgsqlConnection OpenDatabase() => new(database);

    public async Task<ClusterUser> SignUpAsync(string name)
    {
        var answer = (
            await Users.Http.PostAsync(
                "/api/v1/auth/register",
                new { username = name, password = TestUser.DefaultPassword }
            )
        )
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        var key = await Users.Http.PostAsync(
            "/api/v1/api-keys",
            new { name = "load" },
            ("Authorization", "Bearer " + answer.GetProperty("access_token").GetString())
        );
        return new ClusterUser(
            answer.GetProperty("user").GetProperty("user_id").GetUInt64(),
            name,
            key.ShouldBe(HttpStatusCode.Created).Json.GetProperty("key").GetString()!
        );
    }

    /// <summary>Takes what is above so much, as an operator does.</summary>
    public async Task LimitAsync(IEnumerable<ClusterUser> users, long leftMicros)
    {
        await Users.Http.PostAsync(
            "/api/v1/auth/register",
            new { username = "operator1", password = TestUser.DefaultPassword }
        );
        var (code, output) = await CommandAsync("user", "grant-role", "operator1", "operator");
        code.ShouldBe(0, output);
        var session = await Users.Http.PostAsync(
            "/api/v1/auth/login",
            new { username = "operator1", password = TestUser.DefaultPassword }
        );
        var token = session.ShouldBe(HttpStatusCode.OK).Json.GetProperty("access_token").GetString();
        foreach (var user in users)
            (
                await Stores[0]
                    .Http.PostAsync(
                        "/api/v1/admin/adjustments",
                        new
                        {
                            user_id = user.Id,
                            amount_micros = leftMicros - (Welcome * 1_000_000L),
                            reason = "a poor user",
                        },
                        ("Authorization", "Bearer " + token),
                        ("Idempotency-Key", "poor-" + user.Name)
                    )
            ).ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>What the command says of all books, with every module on this database.</summary>
    public Task<(int ExitCode, string Output)> ReconcileAsync() => CommandAsync("reconcile");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        foreach (var wire in wires.Values)
            await wire.DisposeAsync();
        await brokers.DisposeAsync();
        await Redis.DisposeAsync();
        await Provider.DisposeAsync();
        await Postgres.DisposeAsync();
        foreach (var folder in folders)
            TestFolders.Delete(folder);
    }

    private Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments) =>
        SmartFlowProcess.RunAsync(
            Folder(),
            [("Data__ConnectionString", database), ("Auth__SigningKey", SigningKey)],
            arguments
        );

    private ClusterNode Node(Place place, string modules, params (string Module, Place[] Places)[] remotes)
    {
        var (name, port) = place;
        WireUp(name, new Place("postgres", databasePort));
        WireUp(name, new Place("redis", int.Parse(Redis.Configuration.Split(':')[1], CultureInfo.InvariantCulture)));
        var connection = new NpgsqlConnectionStringBuilder(database)
        {
            Port = wires[(name, "postgres")].Port,
            MaxPoolSize = 12,
            Timeout = 5,
            CommandTimeout = 5,
            GssEncryptionMode = GssEncryptionMode.Disable,
        };
        (string, string)[] environment =
        [
            ("modules", modules),
            ("Rpc__Url", $"http://127.0.0.1:{port}"),
            ("SMARTFLOW_RPC_TOKEN", Secret),
            ("Auth__SigningKey", SigningKey),
            ("Data__ConnectionString", connection.ToString()),
            ("SMARTFLOW_LLM_BASE_URL", Provider.BaseUrl),
            ("SMARTFLOW_LLM_MODEL", Llm.Calls.CallFixture.Model),
            ("Llm__SuspenseGraceSeconds", "2"),
            ("Llm__RecoveryIntervalSeconds", "1"),
            ("TokenStore__WelcomeCredits", $"{Welcome}"),
            ("Bus__Kafka__BootstrapServers", Kafka.Servers),
            ("Redis__Configuration", $"127.0.0.1:{wires[(name, "redis")].Port}"),
            .. remotes.Select(r =>
                (
                    $"Remotes__{r.Module}",
                    string.Join(',', r.Places.Select(p => $"http://127.0.0.1:{WireUp(name, p).Port}"))
                )
            ),
        ];
        return new ClusterNode(name, Folder(), () => environment, ownClocks);
    }

    private Wire WireUp(string name, Place server) =>
        wires[(name, server.Name)] = new Wire(server.Port, FreePorts.Next());

    private string Folder()
    {
        folders.Add(TestFolders.New());
        return folders[^1];
    }

    private static Place[] Places(string name, int count) =>
        [.. Enumerable.Range(1, count).Select(i => new Place($"{name}{i}", FreePorts.Next()))];

    /// <summary>Where something listens.</summary>
    private sealed record Place(string Name, int Port);
}
