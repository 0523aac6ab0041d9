using System.Diagnostics;

namespace SmartFlow.Tests.Faults;

/// <summary>A cluster, users who call all the time, one fault after the other, and the reckoning after each.</summary>
internal sealed class FaultRun(Cluster cluster, IReadOnlyList<ClusterUser> users)
{
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(2);
    private readonly ClusterBooks books = new(cluster.OpenDatabase);
    private readonly List<TimeSpan> visible = [];
    private int round;

    /// <summary>Without a fault: how long after the provider's last byte a charge was in the ledger.</summary>
    public IReadOnlyList<TimeSpan> Visible => visible;

    public Task<FaultOutcome> RunAsync(Fault fault) => RunAsync(fault, new ClusterLoad(cluster, users));

    /// <param name="fault">What goes wrong.</param>
    /// <param name="load">Not run yet; says more about what its users saw.</param>
    public async Task<FaultOutcome> RunAsync(Fault fault, ClusterLoad load)
    {
        cluster.Provider.Forget();
        var name = $"f{round++}";
        using var end = new CancellationTokenSource();
        var running = load.RunAsync(name, end.Token);
        await Task.Delay(Lead);
        var deadlocks = await books.DeadlocksAsync();
        var fired = await fault.InjectAsync(cluster);
        var ended = Stopwatch.GetTimestamp();
        await Task.Delay(Lead);
        await end.CancelAsync();
        await running;
        var unrest = "";
        try
        {
            await Eventually.GetAsync(async () => unrest = await books.UnrestAsync(), u => u.Length == 0);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"After {fault.Name} there was for ever: {unrest}.");
        }
        var recovery = Stopwatch.GetElapsedTime(ended);

        var charges = await books.ChargesAsync();
        var ours = charges.Where(c => c.Key.StartsWith(name + "-", StringComparison.Ordinal)).ToArray();
        var received = cluster.Provider.Received.Select(c => c.Prompt).ToHashSet(StringComparer.Ordinal);
        var due = cluster.Provider.Completed.GroupBy(c => c.Prompt).ToDictionary(g => g.Key, g => g.Count());
        foreach (var key in load.Answered)
            due.TryAdd(key, 0);
        var once = due.Where(d => d.Value == 1 && load.Answered.Contains(d.Key)).Select(d => d.Key);
        if (round == 1)
            visible.AddRange(
                cluster
                    .Provider.Completed.Where(c => charges.Contains(c.Prompt))
                    .Select(c => charges[c.Prompt].First().At - c.CompletedAt)
            );
        var below = await books.BelowZeroAsync();
        return new FaultOutcome(
            fault.Name,
            fired,
            load.Calls,
            load.Failures,
            due.Count,
            due.Keys.Count(charges.Contains),
            ours.Count(c => c.Count() > 1),
            ours.Count(c => !received.Contains(c.Key)),
            once.Count(k => charges[k].Any(c => c.Micros != Llm.Calls.CallFixture.UsualCostMicros)),
            below.Accounts,
            below.Micros,
            await books.WrongAsync(),
            Math.Max(0, await books.DeadlocksAsync() - deadlocks),
            recovery
        );
    }
}
