using System.Text.Json;
using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>
/// The dashboard asks for numbers and labels that the program has, by the names that Prometheus gives them.
/// </summary>
public sealed partial class DashboardTests
{
    /// <summary>What Prometheus adds to a name for its unit and kind.</summary>
    private static readonly string[] Endings =
    [
        "",
        "_total",
        "_seconds",
        "_seconds_bucket",
        "_seconds_count",
        "_sum",
        "_bytes",
    ];

    [Fact]
    public void Every_number_and_label_of_the_dashboard_exists()
    {
        var sources = string.Join(
            '\n',
            Directory
                .GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        var names = Literal()
            .Matches(sources)
            .Select(m => m.Groups[1].Value.Replace('.', '_'))
            .ToHashSet(StringComparer.Ordinal);
        using var dashboard = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "deploy", "grafana", "smartflow.json"))
        );
        var asked = dashboard
            .RootElement.GetProperty("panels")
            .EnumerateArray()
            .Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!)
            .ToArray();
        asked.Length.ShouldBeGreaterThan(15);
        asked
            .SelectMany(e => Ours().Matches(e).Select(m => m.Value))
            .Distinct()
            .Where(n =>
                !Endings.Any(end =>
                    n.EndsWith(end, StringComparison.Ordinal) && names.Contains(n[..(n.Length - end.Length)])
                )
            )
            .ShouldBeEmpty();
    }

    [GeneratedRegex("\"((?:smartflow|gen_ai|messaging|db)\\.[a-z_.]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("\\b(?:smartflow|gen_ai|messaging|db)_[a-z_]+")]
    private static partial Regex Ours();
}
