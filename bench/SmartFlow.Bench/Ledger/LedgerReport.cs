using System.Globalization;
using System.Text;
using SmartFlow.Bench.Gateway;

namespace SmartFlow.Bench.Ledger;

/// <summary>The result file: machine, commit, command and the figures.</summary>
internal sealed class LedgerReport(bool quick, int rounds, int seconds, long rows)
{
    private readonly string loadBefore = Machine.Load();
    private readonly List<string> settled = [];
    private readonly List<string> latencies = [];
    private readonly List<string> views = [];

    public string Audited { get; set; } = "not run";

    public void AddSettled(string name, double one, LedgerRun batched) =>
        Add(
            settled,
            $"| {name} | {one:N0} | {batched.PerSecond:N0} | {batched.PerSecond / one:F1} | {batched.P50:F1} | {batched.P99:F1} | {batched.OurCpu:F0} | {batched.ServerCpu:F0} |"
        );

    public void AddLatency(string name, LedgerRun run) =>
        Add(latencies, $"| {name} | {run.PerSecond:N0} | {run.P50:F2} | {run.P99:F2} |");

    public void Add((string View, double HeavyP50, double HeavyP99, double P50, double P99) v) =>
        Add(views, $"| {v.View} | {v.HeavyP50:F2} | {v.HeavyP99:F2} | {v.P50:F2} | {v.P99:F2} |");

    /// <summary>Writes the file and returns its path.</summary>
    public string Write()
    {
        var root = Report.Root();
        var commit = Machine.Run("git", "rev-parse", "--short", "HEAD");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Ledger at {commit}{(quick ? " (quick)" : "")}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Command: `bench/run.sh ledger{(quick ? " --quick" : "")}`. Machine: {Machine.Describe()}"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Load averages before: {loadBefore}; after: {Machine.Load()}. Server, bench and pgbench share the cores."
        );
        text.AppendLine(
                "PostgreSQL as it comes (fsync and synchronous_commit on, 128 MB of shared buffers), a server of the bench's own."
            )
            .AppendLine();
        Table(
            text,
            "| charges settled | one transaction each (pgbench, 8 clients), /s | through the LedgerWorker, 256 at once, 2 workers, /s | times | p50 ms | p99 ms | CPU µs a charge, ours | PostgreSQL's |",
            settled
        );
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"Alternating, {rounds} runs of {seconds} s each, medians. Afterwards the ledger {Audited}."
            )
            .AppendLine();
        Table(text, "| latency | /s | p50 ms | p99 ms |", latencies);
        Table(
            text,
            $"| over {rows:N0} entries, ms | p50, account with a tenth of them | p99 | p50, one of 10,000 accounts | p99 |",
            views
        );
        var folder = Path.Combine(root, "bench", "results");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"ledger-{commit}{(quick ? "-quick" : "")}.md");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static void Add(List<string> lines, FormattableString line)
    {
        lines.Add(line.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(lines[^1]);
    }

    private static void Table(StringBuilder text, string head, List<string> lines)
    {
        if (lines.Count == 0)
            return;
        text.AppendLine(head).AppendLine(string.Concat(Enumerable.Repeat("|---", head.Count(c => c == '|') - 1)) + "|");
        foreach (var line in lines)
            text.AppendLine(line);
        text.AppendLine();
    }
}
