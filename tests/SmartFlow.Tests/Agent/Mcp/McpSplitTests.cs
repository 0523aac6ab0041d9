using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using SmartFlow.Tests.Faults;
using SmartFlow.Tests.Split;

namespace SmartFlow.Tests.Agent.Mcp;

/// <summary>
/// Two agents on one PostgreSQL behind nginx, everything else in a third process: no request needs the host of the one
/// before.
/// </summary>
public sealed class McpSplitTests(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly string[] Agents = ["agent-one", "agent-other"];
    private readonly Dictionary<string, (ClusterNode Node, int Port)> processes = [];
    private readonly List<string> folders = [];
    private Nginx nginx = null!;

    public async ValueTask InitializeAsync()
    {
        var (rpc, signingKey) = (FreePorts.Next(), Convert.ToBase64String(new byte[32]));
        (string, string)[] common =
        [
            ("SMARTFLOW_RPC_TOKEN", "a secret of the split tests"),
            ("Auth__SigningKey", signingKey),
            ("Web__TrustedProxies", "127.0.0.1"),
            ("Data__ConnectionString", await postgres.NewDatabaseAsync()),
        ];
        Add(
            "rest",
            [
                .. common,
                (
                    "modules",
                    string.Join(',', SmartFlow.Host.Modules.All.Select(m => m.Name).Except(["Agent", "Notification"]))
                ),
                ("Rpc__Url", $"http://127.0.0.1:{rpc}"),
            ]
        );
        foreach (var agent in Agents)
            Add(agent, [.. common, ("modules", "Agent,Notification"), .. Remotes(rpc)]);
        await Task.WhenAll(processes.Values.Select(p => p.Node.StartAsync()));
        nginx = await Nginx.StartAsync(name =>
            name is "agent" or "notification" ? Agents.Select(a => processes[a].Port) : [processes["rest"].Port]
        );
    }

    public async ValueTask DisposeAsync()
    {
        await nginx.DisposeAsync();
        foreach (var (node, _) in processes.Values)
            await node.DisposeAsync();
        folders.ForEach(TestFolders.Delete);
    }

    [Fact]
    public async Task The_official_client_goes_through_nginx_and_a_change_is_made_once_by_whichever_host()
    {
        using var anonymous = new HttpClient { BaseAddress = nginx.Url };
        using var mei = await SignUpAsync("mei");
        using var other = await SignUpAsync("other");
        await PlanAsync(mei);
        var theirs = await PlanAsync(other);

        var told = await new Node("mcp", "@modelcontextprotocol/sdk").TestAsync(
            "client.test.mjs",
            new()
            {
                ["SMARTFLOW_URL"] = nginx.Url.ToString(),
                ["READ_KEY"] = await KeyAsync(mei, "mcp.read"),
                ["PROPOSE_KEY"] = await KeyAsync(mei, "mcp.propose"),
                ["APPLY_KEY"] = await KeyAsync(mei, "mcp.apply"),
                ["OTHER_PLAN"] = theirs.ToString(CultureInfo.InvariantCulture),
            }
        );
        told.ShouldContain("pass 6");

        var key = await KeyAsync(mei, "mcp.apply");
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    anonymous.CallAsync(key, "create_task", new { title = "shared" }, null, ("Idempotency-Key", "one"))
                )
        );
        all.Where(a => !a["failed"]!.GetValue<bool>())
            .Select(a => $"{a["proposal_id"]}")
            .Distinct()
            .Count()
            .ShouldBe(1);
        all.Where(a => a["failed"]!.GetValue<bool>()).ShouldAllBe(a => a.Error() == "in_flight");
        var waiting = (await mei.FetchAsync("/api/v1/agent/proposals?state=pending"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(p => p.GetProperty("tool").GetString() == "create_task")
            .GetProperty("id")
            .GetString();
        var words = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => mei.PostAsync($"/api/v1/agent/proposals/{waiting}/accept"))
        );
        words.ShouldAllBe(w => w.Status == HttpStatusCode.OK || w.Status == HttpStatusCode.Conflict);
        words.ShouldContain(w => w.Status == HttpStatusCode.OK);

        var tasks = (await mei.FetchAsync("/api/v1/tasks"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(t => t.GetProperty("title").GetString()!);
        tasks.Order(StringComparer.Ordinal).ShouldBe(["buy ink", "buy paper", "shared"]);
        await Eventually.IsTrueAsync(async () => await ToldAsync(mei) == 2, "two proposals are told of, once each");
    }

    private static (string, string)[] Remotes(int rpc) =>
        [
            .. SmartFlow
                .Host.Modules.All.Where(m => m.Contracts().Count > 0)
                .Select(m => ($"Remotes__{m.Name}", $"http://127.0.0.1:{rpc}")),
        ];

    private void Add(string name, (string, string)[] environment)
    {
        var (folder, port) = (TestFolders.New(), FreePorts.Next());
        folders.Add(folder);
        (string, string)[] all = [.. environment, ("SMARTFLOW_URLS", $"http://127.0.0.1:{port}")];
        processes[name] = (new ClusterNode(name, folder, () => all), port);
    }

    private async Task<HttpClient> SignUpAsync(string name)
    {
        var http = new HttpClient { BaseAddress = nginx.Url };
        var answer = (
            await http.PostAsync("/api/v1/auth/register", new { username = name, password = TestUser.DefaultPassword })
        ).ShouldBe(HttpStatusCode.Created);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            answer.Json.GetProperty("access_token").GetString()
        );
        return http;
    }

    private static async Task<ulong> PlanAsync(HttpClient user)
    {
        var monday = DateOnly.FromDateTime(DateTime.Today).AddDays(-7);
        var body = new
        {
            name = "plan",
            start_date = $"{monday:yyyy-MM-dd}",
            end_date = $"{monday.AddDays(60):yyyy-MM-dd}",
            items = new[] { new { content = "a" } },
        };
        return (await user.PostAsync("/api/v1/task-classes", body, ("Idempotency-Key", "plan")))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetUInt64();
    }

    private static async Task<string> KeyAsync(HttpClient user, string scope) =>
        (await user.PostAsync("/api/v1/api-keys", new { name = "Claude", scopes = new[] { scope } }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("key")
            .GetString()!;

    private static async Task<int> ToldAsync(HttpClient user) =>
        (await user.FetchAsync("/api/v1/notifications"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Count(n => n.GetProperty("kind").GetString() == "assistant.change.proposed");
}
