using System.Globalization;
using System.Text.RegularExpressions;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses;

/// <summary>Weeks as timetables write them: <c>1-5、7-11单、12-16双</c>, <c>4-6周,8-13周</c>, <c>1-15周(单)</c>, <c>2-16 even</c>.</summary>
internal static partial class WeekList
{
    private const int PiecesMax = 60;
    private const int TextMax = 400;

    /// <summary>Weeks in rising order; null: not readable, or a week beyond 30.</summary>
    public static int[]? Read(string text)
    {
        if (text.Length > TextMax) return null;
        var pieces = Separators().Split(text.Trim()).Where(p => p.Length > 0).ToArray();
        if (pieces.Length is 0 or > PiecesMax) return null;
        var mask = 0;
        foreach (var piece in pieces)
        {
            var match = Piece().Match(piece);
            if (!match.Success) return null;
            var from = Number(match.Groups["from"].Value);
            var to = match.Groups["to"].Success ? Number(match.Groups["to"].Value) : from;
            if (from < 1 || to < from || to > Term.WeeksMax) return null;
            var parity = Parity(match.Groups["parity"].Value);
            mask |= WeekMask.Of(Enumerable.Range(from, to - from + 1).Where(w => parity is null || w % 2 == parity));
        }
        return WeekMask.Weeks(mask);
    }

    /// <summary>The shortest form that WakeUp reads: ranges, and 单 or 双 where every other week is meant.</summary>
    public static string Write(int mask)
    {
        var weeks = WeekMask.Weeks(mask);
        List<string> pieces = [];
        for (var i = 0; i < weeks.Length;)
        {
            var run = Run(weeks, i, 1);
            var other = Run(weeks, i, 2);
            if (run == 1 && other >= 3)
            {
                pieces.Add($"{weeks[i]}-{weeks[i + other - 1]}{(weeks[i] % 2 == 1 ? "单" : "双")}");
                i += other;
                continue;
            }
            pieces.Add(run == 1 ? $"{weeks[i]}" : $"{weeks[i]}-{weeks[i + run - 1]}");
            i += run;
        }
        return string.Join('、', pieces);
    }

    private static int Run(int[] weeks, int start, int step)
    {
        var length = 1;
        while (start + length < weeks.Length && weeks[start + length] - weeks[start + length - 1] == step) length++;
        return length;
    }

    private static int? Parity(string word) => word.ToLowerInvariant() switch
    {
        "单" or "odd" => 1,
        "双" or "even" => 0,
        _ => null,
    };

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    // A blank separates, but not before the word that says odd or even.
    [GeneratedRegex(@"[、,，;；\s]+(?![\s(（]*(?:odd|even|单|双))", RegexOptions.IgnoreCase)]
    private static partial Regex Separators();

    [GeneratedRegex(
        @"^第?\s*(?<from>\d{1,2})(?:\s*[-~—–－～至到]\s*(?<to>\d{1,2}))?\s*周?\s*[(（\[]?\s*(?<parity>单|双|odd|even)?\s*周?\s*[)）\]]?\s*周?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
