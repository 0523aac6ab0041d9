using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Sections as timetables write them: 1-2, 1-2节, 第3-4节, 5, 1,2,3.</summary>
internal static partial class SectionRange
{
    private const int TextMax = 100;

    /// <summary>Null: not readable.</summary>
    public static (int From, int To)? Read(string text)
    {
        if (text.Length > TextMax) return null;
        var match = Range().Match(text.Trim());
        if (match.Success)
        {
            var from = Number(match.Groups["from"].Value);
            return (from, match.Groups["to"].Success ? Number(match.Groups["to"].Value) : from);
        }
        var numbers = text.Split([',', '，', '、', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (numbers.Length is 0 or > 20 || !numbers.All(n => n.Length <= 2 && n.All(char.IsAsciiDigit))) return null;
        var sections = numbers.Select(Number).Order().ToArray();
        return sections[^1] - sections[0] == sections.Length - 1 ? (sections[0], sections[^1]) : null;
    }

    /// <summary>Runs of neighbours, in rising order.</summary>
    public static IEnumerable<(int From, int To)> Runs(IEnumerable<int> sections)
    {
        (int From, int To)? run = null;
        foreach (var section in sections.Distinct().Order())
        {
            if (run is { } open && open.To + 1 == section)
            {
                run = (open.From, section);
                continue;
            }
            if (run is { } done) yield return done;
            run = (section, section);
        }
        if (run is { } last) yield return last;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^第?\s*(?<from>\d{1,2})(?:\s*[-~—–－～至到]\s*(?<to>\d{1,2}))?\s*节?$")]
    private static partial Regex Range();
}
