using System.Globalization;
using System.Text;
using SmartFlow.Bench.Load;

namespace SmartFlow.Bench.Gateway;

/// <summary>The result file: machine, commit, command, and each shape for every target.</summary>
internal sealed class Report(string root, bool quick, int rounds, double seconds)
{
    private readonly string loadBefore = Machine.Load();
    private readonly List<(Shape Shape, Dictionary<string, Measured> Targets)> rows = [];

    public List<(int Calls, double MiB)> Memory { get; } = [];

    public string Reconciled { get; set; } = "";

    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SmartFlow.slnx")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("Run it inside the source tree.");
        return folder;
    }

    public void Add(Shape shape, Dictionary<string, Measured> targets)
    {
        rows.Add((shape, targets));
        foreach (var (name, m) in targets)
            Console.WriteLine(Line(shape, name, m, targets));
    }

    /// <summary>Writes the file and returns its path.</summary>
    public string Write()
    {
        var commit = Machine.Run("git", "rev-parse", "--short", "HEAD");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Gateway at {commit}{(quick ? " (quick)" : "")}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Command: `bench/run.sh gateway{(quick ? " --quick" : "")}`. {rounds} alternating runs of {seconds} s each, medians. Closed loop, keep-alive."
        );
        text.AppendLine(
            "Load generator, fake provider and the targets are processes of one machine and share its cores; CPU is the target's alone, without PostgreSQL's."
        );
        text.AppendLine(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Load averages of the machine before: {loadBefore}; after: {Machine.Load()}. Above about 4 other work took part and only ratios say anything."
        );
        text.AppendLine("SmartFlow: Release, billing fully on (journal, hold, charge, outbox, settlement), 8 users.")
            .AppendLine();
        text.AppendLine(
            "| shape | at once | target | calls/s | of the bare proxy | of Portkey | p50 ms | p99 ms | first byte p50/p99 ms | added p50/p99 ms | CPU-s per 1,000 | errors |"
        );
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (shape, targets) in rows)
        foreach (var (name, m) in targets)
            text.AppendLine(Line(shape, name, m, targets));
        text.AppendLine()
            .AppendLine("Added: above the direct call. Resident memory of SmartFlow, MiB, by calls made:")
            .AppendLine();
        text.AppendLine(
            string.Join(
                ", ",
                Memory.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Calls:N0}: {m.MiB:F0}"))
            )
        );
        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"`smartflow reconcile` beside the running host afterwards: {Reconciled}"
            );
        var folder = Path.Combine(root, "bench", "results");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"gateway-{commit}{(quick ? "-quick" : "")}.md");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static string Line(Shape shape, string name, Measured m, Dictionary<string, Measured> all)
    {
        var (direct, proxy, portkey) = (all[Programs.Direct], all[Programs.BareProxy], all[Programs.Portkey]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {shape.Name} | {shape.Concurrency} | {name} | {m.PerSecond:N0} | {m.PerSecond / proxy.PerSecond:P0} | {m.PerSecond / portkey.PerSecond:F1}× | {m.P50:F2} | {m.P99:F2} | {m.FirstP50:F2}/{m.FirstP99:F2} | {m.P50 - direct.P50:F2}/{m.P99 - direct.P99:F2} | {m.CpuPerThousand:F3} | {m.Errors} |"
        );
    }
}
