using System.Diagnostics;
using System.Globalization;
using System.Text;
using SmartFlow.Bench.Gateway;

namespace SmartFlow.Bench.Rpc;

/// <summary>
/// bench/run.sh rpc: a call of a module in another process beside the same call in this one, alternating in one go; and
/// what messages cost beside records where modules share a process.
/// </summary>
internal static class RpcBench
{
    /// <summary>
    /// The environment variable that names the SmartFlow.Bench.dll of another build, whose two ends then stand in the
    /// same run.
    /// </summary>
    private const string Earlier = "SMARTFLOW_BENCH_EARLIER";

    /// <summary>
    /// Repeatable: unary calls that are tried again where nobody answers; all calls of the hot path are.
    /// </summary>
    private static readonly string[] Kinds = ["unary", "repeatable", "stream"];

    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var (rounds, seconds) = quick ? (1, 1.0) : (5, 2.0);
        var self = Path.Combine(AppContext.BaseDirectory, "SmartFlow.Bench.dll");
        var earlier = Environment.GetEnvironmentVariable(Earlier);
        List<Side> sides = [new("in this process", self, null), new("over loopback", self, ChildProcesses.FreePort())];
        if (!string.IsNullOrEmpty(earlier))
            sides.Add(new("over loopback, earlier build", earlier, ChildProcesses.FreePort()));
        var text = new StringBuilder();
        var commit = Machine.Run("git", "rev-parse", "--short", "HEAD");
        var load = Machine.Load();
        text.AppendLine(CultureInfo.InvariantCulture, $"# RPC at {commit}{(quick ? " (quick)" : "")}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Command: `bench/run.sh rpc{(quick ? " --quick" : "")}`. Machine: {Machine.Describe()}"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Each end is a process of its own, both on these cores, through the product's port (token, deadline, telemetry, checks) and the"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"proxy that a module gets; {rounds} alternating runs of {seconds} s, medians. Repeatable is unary,"
        );
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"too, and tried again where nobody answers; a stream is {RpcSides.StreamMessages} messages of 200 bytes."
            )
            .AppendLine();
        text.AppendLine(
            "| calls | where | concurrency | /s | p50 µs | p99 µs | caller's CPU µs | server's CPU µs | caller's bytes |"
        );
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        try
        {
            foreach (var side in sides)
                await side.StartAsync();
            foreach (var side in sides)
            foreach (var kind in Kinds)
                await side.AskAsync($"{kind} 64 {(quick ? 1 : 3)}");
            foreach (var kind in Kinds)
            foreach (var concurrency in (int[])[1, 64])
            {
                var measured = sides.ToDictionary(s => s, _ => new List<(RpcFigures Caller, double Server)>());
                for (var round = 0; round < rounds; round++)
                    foreach (var side in sides)
                        measured[side]
                            .Add(
                                await side.MeasureAsync(FormattableString.Invariant($"{kind} {concurrency} {seconds}"))
                            );
                foreach (var (side, runs) in measured)
                    Add(text, kind, side.Name, concurrency, runs);
            }
        }
        finally
        {
            foreach (var side in sides)
                await side.DisposeAsync();
        }
        text.AppendLine().Append(MessagesOrRecords.Run(quick));
        text.AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Load averages before: {load}; after: {Machine.Load()}.");
        var path = Path.Combine(Report.Root(), "bench", "results", $"rpc-{commit}{(quick ? "-quick" : "")}.md");
        await File.WriteAllTextAsync(path, text.ToString());
        Console.WriteLine(path);
        return 0;
    }

    private static void Add(
        StringBuilder text,
        string kind,
        string name,
        int concurrency,
        List<(RpcFigures Caller, double Server)> runs
    )
    {
        double Of(Func<(RpcFigures Caller, double Server), double> figure) =>
            runs.Select(figure).Order().ElementAt(runs.Count / 2);
        var row = FormattableString.Invariant(
            $"| {kind} | {name} | {concurrency} | {Of(r => r.Caller.PerSecond):N0} | {Of(r => r.Caller.P50):N1} | {Of(r => r.Caller.P99):N1} | {Of(r => r.Caller.CallerCpu):N1} | {Of(r => r.Server):N1} | {Of(r => r.Caller.CallerBytes):N0} |"
        );
        text.AppendLine(row);
        Console.WriteLine(row);
    }

    /// <summary>One build: the process that calls, and where it does not call itself the one that serves.</summary>
    private sealed class Side(string name, string program, int? port) : IAsyncDisposable
    {
        private Process? server;
        private Process caller = null!;

        public string Name => name;

        public async Task StartAsync()
        {
            if (port is not null)
            {
                server = Start("rpc-serve", $"{port}");
                if (await server.StandardOutput.ReadLineAsync() != "ready")
                    throw new InvalidOperationException($"{name} does not start.");
            }
            caller = Start("rpc-call", port is null ? "-" : $"http://127.0.0.1:{port}");
        }

        public async Task<RpcFigures> AskAsync(string line)
        {
            await caller.StandardInput.WriteLineAsync(line);
            return RpcFigures.Parse(
                await caller.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{name} has ended.")
            );
        }

        public async Task<(RpcFigures Caller, double Server)> MeasureAsync(string line)
        {
            var before = server is null ? 0 : ProcessMeter.CpuSeconds(server.Id);
            var begin = Stopwatch.GetTimestamp();
            var figures = await AskAsync(line);
            var used = server is null ? 0 : ProcessMeter.CpuSeconds(server.Id) - before;
            return (figures, used * 1e6 / (figures.PerSecond * Stopwatch.GetElapsedTime(begin).TotalSeconds));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in new[] { caller, server })
            {
                if (process is null)
                    continue;
                process.StandardInput.Close();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }

        private Process Start(params string[] arguments) =>
            Process.Start(
                new ProcessStartInfo("dotnet", [program, .. arguments])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                }
            )!;
    }
}
