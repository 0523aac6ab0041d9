using SmartFlow.Bench.Load;

namespace SmartFlow.Bench.Gateway;

/// <summary>
/// bench/run.sh gateway: the gateway with billing fully on (journal, hold, charge, outbox, settlement), on SQLite and
/// on PostgreSQL, beside the provider itself, nginx, a bare proxy and a gateway that does not bill, alternating in one
/// go; figures are medians of three. <c>--only plain/32</c> tells each run of one shape beside the bare proxy and keeps
/// nothing; each <c>--try "DOTNET_TieredPGO=1;…"</c> adds this build with these variables.
/// </summary>
internal static class GatewayBench
{
    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var (rounds, seconds, memoryCalls) = quick ? (1, 1.5, 10_000) : (3, 2.0, 200_000);
        var root = Report.Root();
        if (Array.IndexOf(options, "--only") is >= 0 and var only)
            return await TryAsync(root, options[only + 1], options);
        await using var programs = await Programs.StartAsync(root);
        foreach (var one in programs.All)
            await WarmUpAsync(one.Target, quick);
        var report = new Report(root, quick, rounds, seconds);
        foreach (var shape in Shapes(seconds))
        {
            var measured = programs.All.ToDictionary(c => c.Target.Name, _ => new List<Measured>());
            for (var round = 0; round < rounds; round++)
                foreach (var (target, process) in programs.All)
                    measured[target.Name].Add(await LoadRun.RunAsync(target, shape, process));
            report.Add(shape, measured.ToDictionary(m => m.Key, m => Measured.Median(m.Value)));
        }
        await MemoryAsync(programs.OnSqlite, memoryCalls, report);
        report.Reconciled = await programs.ReconcileAsync();
        Console.WriteLine(report.Write());
        return 0;
    }

    private static async Task<int> TryAsync(string root, string shape, string[] options)
    {
        var tries = options.Zip(options.Skip(1)).Where(o => o.First == "--try").Select(o => o.Second).ToArray();
        await using var programs = await Programs.StartAsync(root, tries);
        for (var round = 0; round < 4; round++)
            foreach (var name in shape.Split(','))
            foreach (var (target, process) in programs.All)
            {
                // The first round warms up.
                var m = await LoadRun.RunAsync(
                    target,
                    Shapes(round == 0 ? 10 : 3).Single(s => $"{s.Name}/{s.Concurrency}" == name),
                    process
                );
                if (round > 0)
                    Console.WriteLine(
                        $"{name, -12}{target.Name, -36} {m.PerSecond, 8:0} calls/s  p50 {m.P50, 7:0.00}  p99 {m.P99, 7:0.00} ms  CPU-ms a call {m.CpuPerThousand, 6:0.000}  {ProcessMeter.ResidentMiB(process):0} MiB"
                    );
            }
        return 0;
    }

    private static Shape[] Shapes(double seconds) =>
        [
            new("plain", 1, Stream: false, seconds),
            new("plain", 32, Stream: false, seconds),
            new("plain", 256, Stream: false, seconds),
            new("stream", 1, Stream: true, seconds),
            new("stream", 32, Stream: true, seconds),
            new("stream", 256, Stream: true, seconds),
            new("plain at 400/s", 32, Stream: false, seconds, Rate: 400),
            new("stream, 10 ms a chunk", 256, Stream: true, Math.Max(3, seconds), Model: "bench-10ms"),
        ];

    private static async Task WarmUpAsync(Target target, bool quick)
    {
        var seconds = quick ? 1.5 : 5;
        await LoadRun.RunAsync(target, new Shape("warm-up", 32, Stream: false, seconds), 0);
        var streams = await LoadRun.RunAsync(target, new Shape("warm-up", 32, Stream: true, seconds), 0);
        if (streams.Calls == 0)
            throw new InvalidOperationException($"{target.Name} answers nothing but errors ({streams.Errors}).");
    }

    /// <summary>
    /// Resident memory over many calls: the first tenth fills caches and pools, the rest must be flat.
    /// </summary>
    private static async Task MemoryAsync(Contestant gateway, int calls, Report report)
    {
        var (target, process) = gateway;
        report.Memory.Add((0, ProcessMeter.ResidentMiB(process)));
        for (var done = 0; done < calls; )
        {
            done += calls / 10;
            await LoadRun.RunAsync(
                target,
                new Shape("memory", 32, Stream: done % 20_000 == 0, Seconds: 0, Calls: calls / 10),
                process
            );
            report.Memory.Add((done, ProcessMeter.ResidentMiB(process)));
        }
    }
}
