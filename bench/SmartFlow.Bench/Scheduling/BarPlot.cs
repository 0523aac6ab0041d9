using System.Globalization;
using System.Text;

namespace SmartFlow.Bench.Scheduling;

/// <summary>
/// Grouped horizontal bars as SVG, with colours of its own for light and dark pages and every value written out.
/// </summary>
internal static class BarPlot
{
    private const int Width = 760,
        Left = 130,
        Right = 60,
        Bar = 14,
        Gap = 14,
        Top = 56;

    public static string Svg(string title, string[] groups, string[] series, Func<int, int, double> value)
    {
        var max = Math.Max(1e-9, groups.SelectMany((_, g) => series.Select((_, s) => value(g, s))).Max());
        var height = Top + groups.Length * (series.Length * Bar + Gap);
        var text = new StringBuilder();
        Line(
            text,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" aria-label="{title}">"""
        );
        text.AppendLine(
            """
            <style>
            text { font: 12px system-ui, sans-serif; fill: #24292f } .t { font-weight: 600; font-size: 14px } .v { font-size: 11px }
            .s0 { fill: #0969da } .s1 { fill: #bf8700 } .s2 { fill: #8c959f }
            @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .s0 { fill: #58a6ff } .s1 { fill: #e3b341 } .s2 { fill: #6e7681 } }
            </style>
            """
        );
        Line(text, $"""<text class="t" x="0" y="16">{title}</text>""");
        for (var s = 0; s < series.Length; s++)
            Line(
                text,
                $"""<rect class="s{s}" x="{s * 130}" y="28" width="12" height="12"/><text x="{s * 130 + 18}" y="38">{series[s]}</text>"""
            );
        for (var g = 0; g < groups.Length; g++)
        {
            var y = Top + g * (series.Length * Bar + Gap);
            Line(
                text,
                $"""<text x="{Left - 10}" y="{y + series.Length * Bar / 2 + 4}" text-anchor="end">{groups[g]}</text>"""
            );
            for (var s = 0; s < series.Length; s++)
            {
                var wide = (Width - Left - Right) * value(g, s) / max;
                Line(
                    text,
                    $"""<rect class="s{s}" x="{Left}" y="{y + s * Bar}" width="{Math.Max(1, wide):F1}" height="{Bar - 2}"/>"""
                );
                Line(
                    text,
                    $"""<text class="v" x="{Left + wide + 5:F1}" y="{y + s * Bar + 10}">{value(g, s):0.##}</text>"""
                );
            }
        }
        return text.AppendLine("</svg>").ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
