using System.Globalization;
using System.Text;

namespace SmartFlow.Tests.Faults;

/// <summary>docs/faults.md with its plot.</summary>
internal static class FaultReport
{
    private const double RowHeight = 18;

    public static async Task WriteAsync(
        IReadOnlyList<FaultOutcome> outcomes,
        IReadOnlyList<TimeSpan> visible,
        string reconciled
    )
    {
        var docs = Path.Combine(Repository.Root, "docs");
        await File.WriteAllTextAsync(Path.Combine(docs, "plots", "faults.svg"), Plot(outcomes));
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"""
            # What faults do to charges

            Command: `./test.sh --soak`, or only this: `SMARTFLOW_SOAK=1 dotnet tests/SmartFlow.Tests/bin/Debug/net10.0/SmartFlow.Tests.dll -explicit on -class SmartFlow.Tests.Faults.FaultMatrixTests`.
            Fifty users call all the time, ten of them with little Credit, over seven processes (gateway, users, three of Llm, two of TokenStore)
            on PostgreSQL, Redis and Kafka, all on one machine. Like official clients they repeat with the same key what failed. What is due is what the
            provider wrote to its end or a user was told whole; found is what of that the ledger has. Recovery is the time from the fault's end until
            nothing is held, every outbox is empty and every call has ended, two seconds of further load included.

            {FaultOutcome.Head}
            """
        );
        foreach (var outcome in outcomes)
            text.AppendLine(outcome.ToString());
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"""

            ![Recovery by fault](plots/faults.svg)

            Without a fault a charge is in the ledger this long after the provider wrote the last byte: median {Milliseconds(
                visible,
                50
            )} ms, p99 {Milliseconds(visible, 99)} ms ({visible.Count:N0} calls).

            `smartflow reconcile` afterwards: {reconciled.Trim().Split('\n')[^1]}
            """
        );
        await File.WriteAllTextAsync(Path.Combine(docs, "faults.md"), text.ToString());
    }

    private static string Milliseconds(IReadOnlyList<TimeSpan> times, int percent) =>
        times.Count == 0
            ? "-"
            : times
                .Order()
                .ElementAt(Math.Min(times.Count - 1, times.Count * percent / 100))
                .TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>A bar a fault, in seconds.</summary>
    private static string Plot(IReadOnlyList<FaultOutcome> outcomes)
    {
        var longest = Math.Max(1, outcomes.Max(o => o.Recovery.TotalSeconds));
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" width="800" height="{(outcomes.Count + 1) * RowHeight}" font-family="sans-serif" font-size="12">"""
        );
        for (var i = 0; i < outcomes.Count; i++)
        {
            var (y, width) = (i * RowHeight, 420 * outcomes[i].Recovery.TotalSeconds / longest);
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"""<text x="300" y="{y + 13}" text-anchor="end" fill="currentColor">{outcomes[i].Fault}</text>"""
            );
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"""<rect x="308" y="{y + 3}" width="{width:0.0}" height="12" fill="#3b82f6"/>"""
            );
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"""<text x="{314 + width:0.0}" y="{y + 13}" fill="currentColor">{outcomes[i].Recovery.TotalSeconds:0.0} s</text>"""
            );
        }
        return svg.AppendLine("</svg>").ToString();
    }
}
