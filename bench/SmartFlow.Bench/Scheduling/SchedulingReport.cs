using System.Globalization;
using System.Text;
using SmartFlow.Bench.Gateway;
using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Bench.Scheduling;

/// <summary>The result file, and the same tables with plots between the markers of docs/scheduling.md.</summary>
internal sealed class SchedulingReport(bool quick)
{
    private const string Begin = "<!-- bench: begin -->",
        End = "<!-- bench: end -->";

    private readonly string loadBefore = Machine.Load();
    private readonly List<string> plans = [],
        times = [],
        sizes = [],
        gains = [];
    private readonly List<(string Scenario, (string Method, Figures Of)[] Rows)> compared = [];
    private readonly List<(string Scenario, double P50, double P95)> taken = [];
    private int students;

    public string Memory { get; set; } = "not run";

    public void AddScenario(string scenario, int count, (string Method, Figures Of)[] rows)
    {
        students += count;
        compared.Add((scenario, rows));
        foreach (var (method, f) in rows)
            Add(
                plans,
                $"| {scenario} | {method} | {f.PlacedShare * 100:F1} | {f.Inversions:F1} | {f.LoadDeviation:F2} | {f.SpacingDays:F2} | {(scenario == "re-plan" ? f.Moved.ToString("F1", CultureInfo.InvariantCulture) : "")} |"
            );
    }

    public void AddTime(string scenario, List<double> ms, List<Stopped> stopped)
    {
        taken.Add((scenario, Percentile(ms, 0.5), Percentile(ms, 0.95)));
        Add(times, $"| {scenario} | {Percentile(ms, 0.5):F0} | {Percentile(ms, 0.95):F0} | {Stops(stopped)} |");
    }

    public void AddSize(string name, List<double> ms, List<Stopped> stopped, double placedShare) =>
        Add(
            sizes,
            $"| {name} | {Percentile(ms, 0.5):F0} | {Percentile(ms, 0.95):F0} | {ms.Max():F0} | {placedShare * 100:F1} | {Stops(stopped)} |"
        );

    public void AddGain(string scenario, int[] budgets, double[] above) =>
        Add(
            gains,
            $"| {scenario} | {string.Join(" | ", above.Select(a => (a * 100).ToString("F1", CultureInfo.InvariantCulture)))} |"
        );

    /// <summary>Writes the file, refreshes the page unless the run was quick, and returns the file's path.</summary>
    public string Write()
    {
        var root = Report.Root();
        var commit = Machine.Run("git", "rev-parse", "--short", "HEAD");
        var head = $"""
            Command: `bench/run.sh scheduling{(
                quick ? " --quick" : ""
            )}` at {commit}. Machine: {Machine.Describe()} The bench keeps itself to one core.
            Load averages before: {loadBefore}; after: {Machine.Load()}.
            """;
        var path = Path.Combine(root, "bench", "results", $"scheduling-{commit}{(quick ? "-quick" : "")}.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"# Scheduling at {commit}{(quick ? " (quick)" : "")}\n\n{head}\n\n{Tables()}");
        if (!quick)
            Refresh(root, head);
        return path;
    }

    private string Tables()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{students} made-up students; means of each scenario.")
            .AppendLine();
        Table(
            text,
            "| scenario | method | sections placed, % | items out of order | load deviation, sections | spacing error, days | moved |",
            plans
        );
        Table(text, "| run time, budget 200 ms | p50 ms | p95 ms | what ended it |", times);
        Table(
            text,
            "| run time by size, budget last | p50 ms | p95 ms | longest ms | placed, % | what ended it |",
            sizes
        );
        Table(
            text,
            "| cost above the best of the row, %, by budget | 25 ms | 50 ms | 100 ms | 200 ms | 500 ms | 1 s | 2 s |",
            gains
        );
        text.AppendLine(Memory);
        return text.ToString();
    }

    private void Refresh(string root, string head)
    {
        var folder = Path.Combine(root, "docs", "plots");
        Directory.CreateDirectory(folder);
        string[] scenarios = [.. compared.Select(c => c.Scenario)],
            methods = [.. compared[0].Rows.Select(r => r.Method)];
        void Draw(string file, string title, Func<Figures, double> of) =>
            File.WriteAllText(
                Path.Combine(folder, file),
                BarPlot.Svg(title, scenarios, methods, (s, m) => of(compared[s].Rows[m].Of))
            );
        Draw("scheduling-placed.svg", "sections placed, %", f => f.PlacedShare * 100);
        Draw("scheduling-order.svg", "items out of order, a student", f => f.Inversions);
        Draw("scheduling-load.svg", "deviation of the daily load, sections", f => f.LoadDeviation);
        Draw("scheduling-spacing.svg", "spacing error of steady classes, days", f => f.SpacingDays);
        File.WriteAllText(
            Path.Combine(folder, "scheduling-time.svg"),
            BarPlot.Svg("run time, ms", [.. taken.Select(t => t.Scenario)], ["p50", "p95"], (s, m) =>
                m == 0 ? taken[s].P50 : taken[s].P95
            )
        );
        var page = Path.Combine(root, "docs", "scheduling.md");
        var text = File.ReadAllText(page);
        var (from, to) = (
            text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length,
            text.IndexOf(End, StringComparison.Ordinal)
        );
        string[] plots = ["placed", "order", "load", "spacing", "time"];
        var images = string.Join('\n', plots.Select(p => $"![{p}](plots/scheduling-{p}.svg)"));
        File.WriteAllText(page, $"{text[..from]}\n{head}\n\n{Tables()}\n{images}\n{text[to..]}");
    }

    private static string Stops(List<Stopped> stopped) =>
        string.Join(
            ", ",
            stopped.CountBy(s => s).OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key.ToString().ToLowerInvariant()}")
        );

    private static double Percentile(List<double> values, double share) =>
        values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * share)));

    private static void Add(List<string> lines, FormattableString line)
    {
        lines.Add(line.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(lines[^1]);
    }

    private static void Table(StringBuilder text, string head, List<string> lines)
    {
        text.AppendLine(head).AppendLine(string.Concat(Enumerable.Repeat("|---", head.Count(c => c == '|') - 1)) + "|");
        foreach (var line in lines)
            text.AppendLine(line);
        text.AppendLine();
    }
}
