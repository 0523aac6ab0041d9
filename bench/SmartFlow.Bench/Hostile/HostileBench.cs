using System.Globalization;
using SmartFlow.Bench.Gateway;
using SmartFlow.Bench.Ledger;

namespace SmartFlow.Bench.Hostile;

/// <summary>
/// bench/run.sh hostile: 40 users who work while 40 others attack, on SQLite and on PostgreSQL: what the honest ones
/// wait for in quiet and under attack, the program's memory, and whether the books agree afterwards. Everybody has an
/// address of their own (127.x.y.z).
/// </summary>
internal static class HostileBench
{
    private const int Each = 40;

    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var (quiet, attack) =
            quick ? (20, 60)
            : options.Contains("--sqlite") ? (60, 360)
            : (120, 600);
        var root = Report.Root();
        var report = new HostileReport(root, quiet, attack, Each);
        await using var postgres = await BenchPostgres.StartAsync();
        if (!options.Contains("--postgres"))
            report.Add("SQLite", await MeasureAsync(root, "", quiet, attack));
        if (!options.Contains("--sqlite"))
            report.Add(
                "PostgreSQL",
                await MeasureAsync(root, await postgres.NewDatabaseAsync("hostile"), quiet, attack)
            );
        Console.WriteLine(report.Write(options));
        return report.Good ? 0 : 1;
    }

    private static async Task<HostileRun> MeasureAsync(string root, string database, int quiet, int attack)
    {
        await using var victim = await Victim.StartAsync(root, database);
        var honest = await victim.SignUpAsync("honest", Each, network: 1);
        var hostile = await victim.SignUpAsync("hostile", Each, network: 2);
        // What the first calls compile is nobody's latency.
        await HonestUsers.RunAsync(honest, TimeSpan.FromSeconds(5));
        var calm = await HonestUsers.RunAsync(honest, TimeSpan.FromSeconds(quiet));
        var before = victim.ResidentMiB();

        using var end = new CancellationTokenSource();
        var attacks = HostileUsers.RunAsync(hostile, end.Token);
        var memory = new List<double>();
        var watch = victim.WatchAsync(memory, end.Token);
        var attacked = await HonestUsers.RunAsync(honest, TimeSpan.FromSeconds(attack));
        await end.CancelAsync();
        var acts = await attacks;
        await watch;
        foreach (var user in honest.Concat(hostile))
            user.Dispose();
        await victim.StopAsync();
        return new HostileRun(calm, attacked, acts, before, memory.Max(), await victim.ReconcileAsync());
    }
}

/// <param name="Calm">What honest users waited for before the attack, by act, in milliseconds.</param>
/// <param name="Attacked">And during it.</param>
/// <param name="Acts">Acts of the hostile users by name and answer.</param>
/// <param name="MemoryBefore">MiB.</param>
/// <param name="MemoryMost">MiB during the attack.</param>
/// <param name="Reconciled">What the command says afterwards.</param>
internal sealed record HostileRun(
    Waits Calm,
    Waits Attacked,
    IReadOnlyDictionary<string, long> Acts,
    double MemoryBefore,
    double MemoryMost,
    string Reconciled
)
{
    public double Ratio => Attacked.All.Percentile(99) / Calm.All.Percentile(99);
}

/// <summary>Milliseconds by act, and what was no answer as it should be.</summary>
internal sealed class Waits
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<double>> acts = [];
    private readonly List<(long At, double Milliseconds)> inOrder = [];

    public Dictionary<string, int> Errors { get; } = [];

    public IEnumerable<string> Names => acts.Keys.Order(StringComparer.Ordinal);

    public Sample All => new(acts.Values.SelectMany(v => v));

    public Sample Of(string act) => new(acts[act]);

    public void Add(string act, double milliseconds)
    {
        lock (gate)
        {
            if (!acts.TryGetValue(act, out var list))
                acts[act] = list = [];
            list.Add(milliseconds);
            inOrder.Add((Environment.TickCount64, milliseconds));
        }
    }

    /// <summary>Of each tenth of the time, one after the other.</summary>
    public IEnumerable<Sample> Tenths()
    {
        var (first, last) = (inOrder[0].At, inOrder[^1].At + 1);
        return Enumerable
            .Range(0, 10)
            .Select(i => new Sample(
                inOrder.Where(w => (w.At - first) * 10 / (last - first) == i).Select(w => w.Milliseconds)
            ));
    }

    public void Fail(string what)
    {
        lock (gate)
            Errors[what] = Errors.GetValueOrDefault(what) + 1;
    }
}

internal sealed class Sample(IEnumerable<double> values)
{
    private readonly double[] sorted = [.. values.Order()];

    public int Count => sorted.Length;

    public double Percentile(int percent) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Percentile(50):0.0} | {Percentile(99):0.0} | {Count:N0}");
}
