using System.Diagnostics;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Snapshots;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Bench.Ledger;

/// <summary>
/// What a run measured; times are milliseconds, CPU is in microseconds an operation: ours and the server's.
/// </summary>
internal sealed record LedgerRun(double PerSecond, double P50, double P99, double OurCpu, double ServerCpu)
{
    public static LedgerRun Median(IReadOnlyList<LedgerRun> runs) =>
        new(
            Of(runs, r => r.PerSecond),
            Of(runs, r => r.P50),
            Of(runs, r => r.P99),
            Of(runs, r => r.OurCpu),
            Of(runs, r => r.ServerCpu)
        );

    private static double Of(IReadOnlyList<LedgerRun> runs, Func<LedgerRun, double> figure) =>
        runs.Select(figure).Order().ElementAt(runs.Count / 2);
}

/// <summary>
/// Charges and reserves through the LedgerWorker of this process, as the events and the calls would bring them.
/// </summary>
internal sealed class LedgerLoad(LedgerWorker worker, Func<double>? serverCpu = null)
{
    private static readonly string Run = Guid.CreateVersion7().ToString("N");
    private static long events;

    public static LedgerWorker Worker(ILedgerStore store, int workers) =>
        new(
            store,
            new MemoryBalanceSnapshots(),
            new TokenStoreOptions { LedgerWorkers = workers },
            Microsoft.Extensions.Logging.Abstractions.NullLogger<LedgerWorker>.Instance,
            _ => { }
        );

    /// <summary>Opens accounts 1 to count with a balance that no run uses up.</summary>
    public async Task OpenAsync(int count)
    {
        foreach (var chunk in Enumerable.Range(1, count).Chunk(2_000))
            await Task.WhenAll(
                chunk.Select(a => worker.SubmitAsync(new OpenAccount(a, $"user:{a}", 1_000_000_000_000, 10_000_000)))
            );
    }

    /// <summary>Closed loop: so many charges are always on their way.</summary>
    /// <param name="accounts">1: a hot account.</param>
    public async Task<LedgerRun> ChargeAsync(int accounts, int atOnce, double seconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var cpu = Cpu();
        var times = await Task.WhenAll(
            Enumerable
                .Range(0, atOnce)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        var random = new Random(i);
                        var own = new List<double>(8_192);
                        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
                        {
                            var at = Stopwatch.GetTimestamp();
                            var decision = await worker.SubmitAsync(
                                ChargeCommand.Of(Charge((ulong)random.Next(1, accounts + 1)))
                            );
                            if (decision.Outcome != LedgerOutcome.Applied)
                                throw new InvalidOperationException($"A charge was {decision.Outcome}.");
                            own.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                        }
                        return own;
                    })
                )
        );
        return Sum(times, begin, cpu);
    }

    /// <summary>Open loop: a reserve is due every so often, whether or not those before it are answered.</summary>
    public async Task<LedgerRun> ReserveAsync(int accounts, double perSecond, double seconds)
    {
        var random = new Random(1);
        var waiting = new List<Task<double>>((int)(perSecond * seconds) + 1);
        var begin = Stopwatch.GetTimestamp();
        var cpu = Cpu();
        for (var i = 0; i < perSecond * seconds; i++)
        {
            var due = begin + (long)(i / perSecond * Stopwatch.Frequency);
            // A sleep oversleeps by a millisecond: what is due in between is sent together, and late by that much.
            if (due > Stopwatch.GetTimestamp())
                await Task.Delay(1);
            waiting.Add(ReserveAsync(random.Next(1, accounts + 1), Stopwatch.GetTimestamp()));
        }
        return Sum(
            [
                [.. await Task.WhenAll(waiting)],
            ],
            begin,
            cpu
        );
    }

    private async Task<double> ReserveAsync(int account, long sent)
    {
        var decision = await worker.SubmitAsync(
            new Reserve(account, $"r{Run}{Interlocked.Increment(ref events)}", 1_000, TimeSpan.FromMinutes(10))
        );
        if (decision.Outcome != LedgerOutcome.Applied)
            throw new InvalidOperationException($"A reserve was {decision.Outcome}.");
        return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
    }

    private static CreditChargeRequested Charge(ulong user) =>
        new()
        {
            UserId = user,
            EventId = $"{Run}-{Interlocked.Increment(ref events)}",
            Scene = "agent.chat",
            ProviderName = "openai",
            ModelName = "gpt-large",
            PriceRuleId = 1,
            PriceRuleVersion = 1,
            InputTokens = 812,
            OutputTokens = 304,
            CachedTokens = 128,
            CacheWriteTokens = 0,
            ReasoningTokens = 64,
            Estimated = false,
            CostMicroYuan = 9_000,
            CreditMicros = 900,
            Outcome = "completed",
            ConversationId = "01938d5e-7b7c-7a3e-9d3c-000000000000",
        };

    private (double Ours, double Server) Cpu() =>
        (ProcessMeter.CpuSeconds(Environment.ProcessId), serverCpu?.Invoke() ?? 0);

    private LedgerRun Sum(IEnumerable<List<double>> times, long begin, (double Ours, double Server) before)
    {
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var (ours, server) = Cpu();
        var all = times.SelectMany(t => t).Order().ToArray();
        return new LedgerRun(
            all.Length / elapsed,
            At(all, 0.50),
            At(all, 0.99),
            (ours - before.Ours) / all.Length * 1e6,
            (server - before.Server) / all.Length * 1e6
        );
    }

    public static double At(double[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
