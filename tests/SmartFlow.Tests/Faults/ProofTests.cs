using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SmartFlow.Tests.Faults;

/// <summary>
/// bench/run.sh proof: billing on through three processes of Llm and two of TokenStore, which die at random, and a
/// database that is restarted in the middle, beside a bare proxy under the same load. The fake provider's record is the
/// truth. It writes a page and fails where any figure of money is not exact.
/// </summary>
public sealed class ProofTests
{
    private const int Users = 50;
    private const int PoorUsers = 10;
    private const long PoorMicros = 400_000;

    /// <summary>SmartFlow.Bench.dll, which has the bare proxy.</summary>
    private static readonly string? Bench = Environment.GetEnvironmentVariable("SMARTFLOW_PROOF_BENCH");

    /// <summary>Named after the commit that is measured.</summary>
    private static readonly string Page = Environment.GetEnvironmentVariable("SMARTFLOW_PROOF_PAGE") ?? "proof.md";

    private static readonly int Seed = Of("SMARTFLOW_PROOF_SEED", 20261130);
    private static readonly int Minutes = Of("SMARTFLOW_PROOF_MINUTES", 10);

    /// <summary>
    /// Of the time: one for the proxy before and after and for the system at rest, five for the faults.
    /// </summary>
    private static readonly TimeSpan Tenth = TimeSpan.FromMinutes(Minutes / 10.0);

    [Fact(Explicit = true)]
    public async Task Every_figure_of_money_is_exact_while_processes_die_and_the_database_restarts()
    {
        if (Bench is null)
            Assert.Skip("bench/run.sh proof runs it.");
        await using var cluster = await Cluster.StartAsync(ownClocks: false);
        var users = new List<ClusterUser>();
        for (var i = 0; i < Users; i++)
            users.Add(await cluster.SignUpAsync($"user{i}"));
        await cluster.LimitAsync(users.Take(PoorUsers), PoorMicros);
        using var proxy = new BareProxy(Bench, cluster.Provider.BaseUrl);
        var rich = users.Skip(PoorUsers).ToList();

        var run = new FaultRun(cluster, users);
        var warm = new ClusterLoad(cluster, rich);
        await run.RunAsync(new Fault("warm-up", _ => WaitAsync(Tenth / 2)), warm);
        var rows = new List<string> { await ProxyAsync("bare proxy, before") };
        var (quiet, quietRow) = await SystemAsync("SmartFlow, no fault", new("no fault", _ => WaitAsync(Tenth)));
        rows.Add(quietRow);
        var (faults, faultRow) = await SystemAsync(
            "SmartFlow, with faults",
            new("deaths and a restarted database", c => DieAsync(c, Tenth * 5))
        );
        rows.Add(faultRow);
        rows.Add(await ProxyAsync("bare proxy, after"));
        var (code, output) = await cluster.ReconcileAsync();

        await WriteAsync(rows, [quiet, faults], output);
        quiet.Good.ShouldBeTrue(quiet.ToString());
        faults.Good.ShouldBeTrue(faults.ToString());
        code.ShouldBe(0, output);

        async Task<string> ProxyAsync(string name)
        {
            var load = new ClusterLoad(cluster, users, proxy.Http);
            using var end = new CancellationTokenSource(Tenth);
            await load.RunAsync(name.Replace(' ', '-'), end.Token);
            return Row(name, load);
        }

        async Task<(FaultOutcome, string)> SystemAsync(string name, Fault fault)
        {
            var load = new ClusterLoad(cluster, users);
            var outcome = await run.RunAsync(fault, load);
            return (outcome, Row(name, load));
        }
    }

    private static async Task<string> WaitAsync(TimeSpan time)
    {
        await Task.Delay(time);
        return "nothing was to happen";
    }

    /// <summary>One after the other dies and is started again, 4 to 16 seconds apart; half-way the database.</summary>
    private static async Task<string> DieAsync(Cluster cluster, TimeSpan time)
    {
        var random = new Random(Seed);
        var nodes = cluster.Nodes.ToArray();
        var (began, deaths, restarted) = (Stopwatch.GetTimestamp(), 0, false);
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            await Task.Delay(random.Next(4_000, 16_000));
            if (!restarted && Stopwatch.GetElapsedTime(began) > time / 2)
            {
                restarted = true;
                await cluster.Postgres.CrashAsync();
                continue;
            }
            var node = nodes[random.Next(nodes.Length)];
            await node.KillAsync();
            await Task.Delay(random.Next(0, 1_500));
            await node.StartAsync();
            deaths++;
        }
        return restarted && deaths > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{deaths} processes died, the database crashed once")
            : "";
    }

    private static string Row(string name, ClusterLoad load)
    {
        var times = load.Times.Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {load.Calls:N0} | {times.Length / load.Lasted.TotalSeconds:N1} | {At(50)} | {At(99)} | {load.Failures:N0} | {load.RefusedForCredit:N0} |"
        );

        string At(int percent) =>
            times.Length == 0
                ? "-"
                : times[Math.Min(times.Length - 1, times.Length * percent / 100)]
                    .TotalMilliseconds.ToString("N1", CultureInfo.InvariantCulture);
    }

    private static async Task WriteAsync(
        IReadOnlyList<string> rows,
        IReadOnlyList<FaultOutcome> outcomes,
        string reconciled
    )
    {
        var commit = Path.GetFileNameWithoutExtension(Page).Split('-')[^1];
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"""
            # Proof at {commit}

            Command: `bench/run.sh proof`, {Minutes} minutes, seed {Seed}. {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version}.
            {Users} users who think 150 ms between calls, half of them streams, and repeat with the same key what failed; {PoorUsers} of them have Credit for a few calls.
            Three processes of Llm, two of TokenStore, one of the gateway and of accounts, on PostgreSQL, Redis and the imitated brokers of librdkafka; billing fully on.
            The bare proxy forwards to the same provider and bills nothing. Everything shares the cores. Milliseconds are from a call's first try to the end of its answer.

            | under load | calls | answers/s | p50 ms | p99 ms | failed answers | refused for Credit |
            |---|---|---|---|---|---|---|
            """
        );
        foreach (var row in rows)
            text.AppendLine(row);
        text.AppendLine().AppendLine(FaultOutcome.Head);
        foreach (var outcome in outcomes)
            text.AppendLine(outcome.ToString());
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"""

            `smartflow reconcile` afterwards: {reconciled.Trim().Split('\n')[^1]}

            {(outcomes.All(o => o.Good) ? "Every figure of money is exact." : "NOT EXACT.")}
            """
        );
        await File.WriteAllTextAsync(Page, text.ToString());
    }

    private static int Of(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var given)
            ? given
            : otherwise;

    /// <summary>A process of its own, as the system's are.</summary>
    private sealed class BareProxy : IDisposable
    {
        private readonly Process process;

        public BareProxy(string bench, string provider)
        {
            var port = FreePorts.Next();
            process = Process.Start(
                "dotnet",
                [bench, "proxy", $"{port}", new Uri(provider).GetLeftPart(UriPartial.Authority)]
            );
            Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        }

        public HttpClient Http { get; }

        public void Dispose()
        {
            Http.Dispose();
            process.Kill();
            process.Dispose();
        }
    }
}
