using System.Globalization;
using System.Text;
using SmartFlow.Bench.Gateway;
using SmartFlow.Bench.Ledger;

namespace SmartFlow.Bench.Forum;

/// <summary>The result file: machine, commit, command, the figures and the plans.</summary>
internal sealed class ForumReport(bool quick, int posts)
{
    private const double GoalMs = 50;

    private readonly string loadBefore = Machine.Load();
    private readonly List<string> rows = [];
    private readonly StringBuilder plans = new();
    private double worst;

    public TimeSpan Filled { get; set; }

    public (double[] Taken, double PerSecond) Mixed { get; set; }

    public string Likes { get; set; } = "not run";

    public string Audited { get; set; } = "not run";

    public void Add(string view, double[] taken)
    {
        var p95 = LedgerLoad.At(taken, 0.95);
        worst = Math.Max(worst, p95);
        rows.Add(
            FormattableString.Invariant(
                $"| {view} | {LedgerLoad.At(taken, 0.5):F2} | {p95:F2} | {LedgerLoad.At(taken, 0.99):F2} |"
            )
        );
        Console.WriteLine(rows[^1]);
    }

    public void Explain(string view, IReadOnlyList<(string Sql, string Plan)> statements)
    {
        plans.AppendLine(CultureInfo.InvariantCulture, $"### {view}").AppendLine();
        foreach (var (sql, plan) in statements)
            plans
                .AppendLine("```sql")
                .AppendLine(sql.Trim())
                .AppendLine("```")
                .AppendLine("```")
                .AppendLine(plan)
                .AppendLine("```")
                .AppendLine();
    }

    /// <summary>Writes the file and returns its path.</summary>
    public string Write()
    {
        var commit = Machine.Run("git", "rev-parse", "--short", "HEAD");
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Plaza at {commit}{(quick ? " (quick)" : "")}").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Command: `bench/run.sh forum{(quick ? " --quick" : "")}`. Machine: {Machine.Describe()}"
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Load averages before: {loadBefore}; after: {Machine.Load()}. Server and bench share the cores."
        );
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"PostgreSQL as it comes, a server of the bench's own: {posts:N0} posts, {posts * 10L:N0} comments (a tenth of them on one post), filled in {Filled.TotalSeconds:F0} s."
        );
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"Times are of the use case with all of its statements, one reader at a time, signed in; 20 a page. The slowest p95 is {worst:F1} ms; the goal is {GoalMs:F0} ms."
            )
            .AppendLine();
        text.AppendLine("| view | p50 ms | p95 ms | p99 ms |").AppendLine("|---|---|---|---|");
        foreach (var row in rows)
            text.AppendLine(row);
        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"Eight readers at once, all views in turn: {Mixed.PerSecond:N0} a second, p50 {LedgerLoad.At(Mixed.Taken, 0.5):F1} ms, p95 {LedgerLoad.At(Mixed.Taken, 0.95):F1} ms, p99 {LedgerLoad.At(Mixed.Taken, 0.99):F1} ms."
            );
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"One post: {Likes}. Afterwards every counter of the plaza {Audited}."
            )
            .AppendLine();
        text.AppendLine("## Plans").AppendLine().Append(plans);
        var folder = Path.Combine(Report.Root(), "bench", "results");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"forum-{commit}{(quick ? "-quick" : "")}.md");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
