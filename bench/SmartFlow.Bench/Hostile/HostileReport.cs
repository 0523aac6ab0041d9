using System.Globalization;
using System.Text;

namespace SmartFlow.Bench.Hostile;

/// <summary>bench/results/hostile-COMMIT.md.</summary>
internal sealed class HostileReport(string root, int quiet, int attack, int each)
{
    /// <summary>What the honest users' p99 may grow to.</summary>
    private const double MostRatio = 3;
    private readonly StringBuilder text = new();

    public bool Good { get; private set; } = true;

    public void Add(string database, HostileRun run)
    {
        Good &= run.Ratio <= MostRatio && run.Reconciled.StartsWith("exit 0", StringComparison.Ordinal);
        Line($"## {database}");
        Line(
            $"Honest users' p99 under attack: **{run.Ratio:0.0} times** the quiet one. Memory: {run.MemoryBefore:0} MiB before, at most {run.MemoryMost:0} MiB."
        );
        Line($"`smartflow reconcile` afterwards: {run.Reconciled}");
        Line("");
        Line("| honest users | quiet p50 ms | p99 ms | acts | attacked p50 ms | p99 ms | acts |");
        Line("|---|---|---|---|---|---|---|");
        foreach (var act in run.Attacked.Names.Intersect(run.Calm.Names))
            Line($"| {act} | {run.Calm.Of(act)} | {run.Attacked.Of(act)} |");
        Line($"| **all** | {run.Calm.All} | {run.Attacked.All} |");
        Line("");
        Line(
            "p99 ms by tenth of the attack: "
                + string.Join(
                    ", ",
                    run.Attacked.Tenths().Select(t => t.Percentile(99).ToString("0", CultureInfo.InvariantCulture))
                )
                + "."
        );
        Line("");
        Line("Not answered as they should be: quiet " + Errors(run.Calm) + "; attacked " + Errors(run.Attacked) + ".");
        Line("");
        Line("| hostile users | answer | times |");
        Line("|---|---|---|");
        foreach (var (act, times) in run.Acts.OrderBy(a => a.Key, StringComparer.Ordinal))
            Line($"| {act} | {times:N0} |");
        Line("");
    }

    /// <returns>The path.</returns>
    /// <param name="options">Of the command.</param>
    public string Write(string[] options)
    {
        var commit = Machine.Run("git", "-C", root, "rev-parse", "--short", "HEAD");
        var path = Path.Combine(
            root,
            "bench",
            "results",
            $"hostile-{commit}{string.Concat(options.Select(o => o[1..]))}.md"
        );
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # {each} hostile and {each} honest users at {commit}

            Command: `bench/run.sh hostile{string.Concat(
                options.Select(o => " " + o)
            )}`. {quiet} s of quiet, then {attack} s of attack; every user has an address of their own.
            Users, fake provider, database and program share one machine: {Machine.Describe()}
            Honest users think for half a second between two acts; hostile ones go on as fast as they are answered. Settings as they come.


            """
        );
        File.WriteAllText(path, head + text);
        return path;
    }

    private static string Errors(Waits waits) =>
        waits.Errors.Count == 0
            ? "none"
            : string.Join(
                ", ",
                waits.Errors.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key} × {e.Value}")
            );

    private void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    private void Line(string line) => text.AppendLine(line);
}
