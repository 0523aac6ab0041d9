using System.Globalization;
using System.Text;
using SmartFlow.Bench.Gateway;
using SmartFlow.Bench.Load;

namespace SmartFlow.Bench.Split;

/// <summary>
/// bench/run.sh split: what a billed call costs in CPU where every module is a process of its own, beside the same in
/// one process, both on PostgreSQL, alternating in one go; figures are medians. <c>--only plain/32</c> measures one
/// shape and keeps nothing; <c>--rounds</c>, <c>--seconds</c> and <c>--warm</c> (seconds a shape before it is measured)
/// take numbers, <c>--host</c> the path of another build.
/// </summary>
internal static class SplitBench
{
    /// <summary>What the split may cost.</summary>
    private const double Most = 2.0;

    /// <summary>From the last answer until its charge has been settled.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5);

    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var (rounds, seconds, warmUp) = quick ? (1, 3.0, 3.0) : (5, 5.0, 40.0);
        (rounds, seconds, warmUp) = (
            Of(options, "--rounds", rounds),
            Of(options, "--seconds", seconds),
            Of(options, "--warm", warmUp)
        );
        Shape[] shapes =
        [
            new("plain", 1, Stream: false, seconds),
            new("plain", 32, Stream: false, seconds),
            new("stream", 32, Stream: true, seconds),
        ];
        // Of one shape the figures are told and not kept.
        var only = Array.IndexOf(options, "--only") is >= 0 and var at ? options[at + 1] : null;
        if (only is not null)
            shapes = [.. shapes.Where(s => $"{s.Name}/{s.Concurrency}" == only)];
        var load = Machine.Load();
        await using var programs = await SplitPrograms.StartAsync(
            Of(
                options,
                "--host",
                Path.Combine(Report.Root(), "src", "SmartFlow.Host", "bin", "Release", "net10.0", "smartflow.dll")
            )
        );
        foreach (var one in programs.All)
        foreach (var shape in shapes)
            if ((await LoadRun.RunAsync(one.Target, shape with { Seconds = warmUp }, 0)).Calls == 0)
                throw new InvalidOperationException($"{one.Target.Name} answers nothing but errors.");
        var text = Head(quick, rounds, seconds);
        var worst = 0.0;
        foreach (var shape in shapes)
        {
            var measured = programs.All.ToDictionary(c => c, _ => new List<Cost>());
            for (var round = 0; round < rounds; round++)
                foreach (var one in programs.All)
                {
                    measured[one].Add(await MeasureAsync(one, shape));
                    // Whoever profiles one shape looks on.
                    if (only is not null)
                        Add(text, shape, one.Target.Name, measured[one][^1], measured[programs.All[0]][^1]);
                }
            var medians = measured.ToDictionary(m => m.Key.Target.Name, m => Cost.Median(m.Value));
            worst = Math.Max(worst, medians[SplitPrograms.Split].Total / medians[SplitPrograms.One].Total);
            foreach (var (name, cost) in medians)
                Add(text, shape, name, cost, medians[SplitPrograms.One]);
        }
        if (only is not null)
            return 0;
        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"At most {Most:F1} times the CPU of one process: {(worst <= Most ? "yes" : "no")}, {worst:F2} times at the most."
            );
        text.AppendLine(CultureInfo.InvariantCulture, $"Load averages before: {load}; after: {Machine.Load()}.");
        var path = Path.Combine(
            Report.Root(),
            "bench",
            "results",
            $"split-{Machine.Run("git", "rev-parse", "--short", "HEAD")}{(quick ? "-quick" : "")}.md"
        );
        await File.WriteAllTextAsync(path, text.ToString());
        Console.WriteLine(path);
        return 0;
    }

    private static T Of<T>(string[] options, string name, T otherwise)
        where T : IParsable<T> =>
        Array.IndexOf(options, name) is >= 0 and var at
            ? T.Parse(options[at + 1], CultureInfo.InvariantCulture)
            : otherwise;

    private static StringBuilder Head(bool quick, int rounds, double seconds)
    {
        var text = new StringBuilder();
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"# Split at {Machine.Run("git", "rev-parse", "--short", "HEAD")}{(quick ? " (quick)" : "")}"
            )
            .AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Command: `bench/run.sh split{(quick ? " --quick" : "")}`. {rounds} alternating runs of {seconds} s, medians. Machine: {Machine.Describe()}"
        );
        text.AppendLine(
            "Split: every module a process of its own, two of Llm and two of TokenStore, on Redis and imitated Kafka brokers. Both on a PostgreSQL server of their own"
        );
        text.AppendLine(
            "as it comes (fsync on), billing fully on, 8 users, the gateway asked without nginx. CPU is that of all our processes, milliseconds a call, settlement included;"
        );
        text.AppendLine(
                "PostgreSQL's stands apart, that of Redis, brokers, provider and load generator is not counted. Everything shares the cores, so calls/s compare little."
            )
            .AppendLine();
        text.AppendLine(
            "| shape | at once | where | calls/s | p50 ms | p99 ms | CPU ms a call | of one process | gateway | userauth | llm | tokenstore | others | PostgreSQL | errors |"
        );
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        return text;
    }

    private static async Task<Cost> MeasureAsync(Contestant one, Shape shape)
    {
        var (before, database) = (Cpu(one), one.Postgres.CpuSeconds());
        var run = await LoadRun.RunAsync(one.Target, shape, 0);
        await Task.Delay(Settling);
        var after = Cpu(one);
        return new Cost(
            run,
            after.ToDictionary(a => a.Key, a => (a.Value - before[a.Key]) * 1_000 / run.Calls),
            (one.Postgres.CpuSeconds() - database) * 1_000 / run.Calls
        );
    }

    private static Dictionary<string, double> Cpu(Contestant one) =>
        one.Processes.GroupBy(p => p.Module).ToDictionary(g => g.Key, g => g.Sum(p => ProcessMeter.CpuSeconds(p.Id)));

    private static void Add(StringBuilder text, Shape shape, string name, Cost cost, Cost one)
    {
        string[] named = ["gateway", "userauth", "llm", "tokenstore"];
        var parts =
            name == SplitPrograms.One
                ? "- | - | - | - | -"
                : string.Join(
                    " | ",
                    named
                        .Select(m => cost.Modules[m])
                        .Append(cost.Modules.Where(m => !named.Contains(m.Key)).Sum(m => m.Value))
                        .Select(c => c.ToString("F3", CultureInfo.InvariantCulture))
                );
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"| {shape.Name} | {shape.Concurrency} | {name} | {cost.Run.PerSecond:N0} | {cost.Run.P50:F2} | {cost.Run.P99:F2} | {cost.Total:F3} | {cost.Total / one.Total:F2}× | {parts} | {cost.Postgres:F3} | {cost.Run.Errors} |"
        );
        text.AppendLine(row);
        Console.WriteLine(row);
    }

    /// <param name="Run">What the callers saw.</param>
    /// <param name="Modules">Milliseconds of CPU a call, by module.</param>
    /// <param name="Postgres">Those of the database server.</param>
    private sealed record Cost(Measured Run, IReadOnlyDictionary<string, double> Modules, double Postgres)
    {
        public double Total => Modules.Values.Sum();

        public static Cost Median(IReadOnlyList<Cost> runs) =>
            new(
                Measured.Median([.. runs.Select(r => r.Run)]),
                runs[0].Modules.Keys.ToDictionary(m => m, m => Of(runs, r => r.Modules[m])),
                Of(runs, r => r.Postgres)
            );

        private static double Of(IReadOnlyList<Cost> runs, Func<Cost, double> figure) =>
            runs.Select(figure).Order().ElementAt(runs.Count / 2);
    }
}
