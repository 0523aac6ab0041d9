using System.Diagnostics;

namespace SmartFlow.Bench.Load;

/// <summary>What one run of load measured. Times are milliseconds.</summary>
internal sealed record Measured(
    double PerSecond,
    double P50,
    double P99,
    double FirstP50,
    double FirstP99,
    int Calls,
    int Errors,
    double CpuPerThousand
)
{
    /// <summary>The median of each figure.</summary>
    public static Measured Median(IReadOnlyList<Measured> runs) =>
        new(
            Of(runs, r => r.PerSecond),
            Of(runs, r => r.P50),
            Of(runs, r => r.P99),
            Of(runs, r => r.FirstP50),
            Of(runs, r => r.FirstP99),
            runs.Sum(r => r.Calls),
            runs.Sum(r => r.Errors),
            Of(runs, r => r.CpuPerThousand)
        );

    private static double Of(IReadOnlyList<Measured> runs, Func<Measured, double> figure) =>
        runs.Select(figure).Order().ElementAt(runs.Count / 2);
}

/// <summary>How load is put on a target.</summary>
/// <param name="Seconds">How long; 0: until <paramref name="Calls"/> are done.</param>
/// <param name="Rate">Calls a second over all connections; 0: as fast as answers come.</param>
internal sealed record Shape(
    string Name,
    int Concurrency,
    bool Stream,
    double Seconds,
    int Calls = 0,
    double Rate = 0,
    string Model = "bench"
);

internal static class LoadRun
{
    /// <param name="processId">Whose CPU time is counted; 0: nobody's.</param>
    public static async Task<Measured> RunAsync(Target target, Shape shape, int processId)
    {
        var cpuBefore = ProcessMeter.CpuSeconds(processId);
        var begin = Stopwatch.GetTimestamp();
        var budget = shape.Seconds == 0 ? new Budget(shape.Calls) : new Budget(int.MaxValue);
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, shape.Concurrency)
                .Select(i => Task.Run(() => DriveAsync(target, shape, i, begin, budget)))
        );
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var cpu = ProcessMeter.CpuSeconds(processId) - cpuBefore;
        var totals = all.SelectMany(a => a.Totals).Order().ToArray();
        var firsts = all.SelectMany(a => a.Firsts).Order().ToArray();
        return new Measured(
            totals.Length / elapsed,
            At(totals, 0.50),
            At(totals, 0.99),
            At(firsts, 0.50),
            At(firsts, 0.99),
            totals.Length,
            all.Sum(a => a.Errors),
            totals.Length == 0 ? 0 : cpu / totals.Length * 1_000
        );
    }

    private static async Task<(List<double> Totals, List<double> Firsts, int Errors)> DriveAsync(
        Target target,
        Shape shape,
        int number,
        long begin,
        Budget budget
    )
    {
        var totals = new List<double>(4_096);
        var firsts = new List<double>(4_096);
        var errors = 0;
        using var connection = new LoadConnection(target.Address, target.Request(shape.Stream, shape.Model, number));
        var step = shape.Rate == 0 ? 0 : shape.Concurrency / shape.Rate;
        var next = step * number / shape.Concurrency;
        while (
            (shape.Seconds == 0 || Stopwatch.GetElapsedTime(begin).TotalSeconds < shape.Seconds)
            && budget.Take()
            && errors < 1_000
        )
        {
            if (step > 0)
            {
                var wait = next - Stopwatch.GetElapsedTime(begin).TotalSeconds;
                if (wait > 0)
                    await Task.Delay(TimeSpan.FromSeconds(wait));
                next += step;
            }
            var (first, all, ok) = await connection.CallAsync();
            if (!ok)
            {
                errors++;
                continue;
            }
            totals.Add(all);
            firsts.Add(first);
        }
        return (totals, firsts, errors);
    }

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    private sealed class Budget(int calls)
    {
        private int left = calls;

        public bool Take() => Interlocked.Decrement(ref left) >= 0;
    }
}
