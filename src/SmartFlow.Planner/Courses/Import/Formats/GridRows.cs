using System.Text.RegularExpressions;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// A timetable as school systems print it: a line of days, sections down, and cells of text; or days down and sections
/// across. Cells with the same text below each other are one lesson. Pure.
/// </summary>
internal sealed partial class GridRows
{
    public const string Format = "grid";
    private const int LinesBeforeDays = 15;
    private const int DaysLeast = 3;
    private readonly RowList rows = new();
    private readonly int termWeeks;

    private GridRows(int termWeeks) => this.termWeeks = termWeeks;

    /// <returns>Null: no grid, or an empty one.</returns>
    /// <exception cref="RefusedException">invalid_argument: there are too many rows.</exception>
    public static ReadFile? Read(IReadOnlyList<(int Line, List<string> Cells)> lines, int termWeeks)
    {
        var (head, days) = Days(lines);
        if (head < 0)
        {
            lines = Turned(lines);
            (head, days) = Days(lines);
        }
        if (head < 0)
            return null;
        var grid = new GridRows(termWeeks);
        foreach (var (day, column) in days)
            grid.Add([.. lines.Skip(head + 1)], day, column, days.Min(d => d.Column));
        return grid.rows.Any(Format);
    }

    /// <summary>The line that names at least three days, and in which column each day is.</summary>
    private static (int Head, (int Day, int Column)[] Days) Days(IReadOnlyList<(int Line, List<string> Cells)> lines)
    {
        for (var i = 0; i < Math.Min(lines.Count, LinesBeforeDays); i++)
        {
            var days = lines[i]
                .Cells.Index()
                .Select(c => (Day: DayOf(c.Item), Column: c.Index))
                .Where(d => d.Day > 0)
                .ToArray();
            if (days.Length >= DaysLeast && days.DistinctBy(d => d.Day).Count() == days.Length)
                return (i, days);
        }
        return (-1, []);
    }

    private static int DayOf(string cell)
    {
        if (cell.Length > 40)
            return 0;
        var days = Day().Matches(PlainText.Of(cell)).Select(m => DayName.Read(m.Value)).Distinct().ToArray();
        return days is [{ } only] ? only : 0;
    }

    private static List<(int Line, List<string> Cells)> Turned(IReadOnlyList<(int Line, List<string> Cells)> lines)
    {
        var width = lines.Count == 0 ? 0 : lines.Max(l => l.Cells.Count);
        return
        [
            .. Enumerable
                .Range(0, width)
                .Select(c => (c + 1, lines.Take(64).Select(l => c < l.Cells.Count ? l.Cells[c] : "").ToList())),
        ];
    }

    private void Add((int Line, List<string> Cells)[] lines, int day, int column, int firstDay)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var text = Cell(lines[i].Cells, column);
            if (text.Length == 0 || Pause().IsMatch(text))
                continue;
            var sections = Label(lines[i].Cells, firstDay);
            var last = i;
            while (
                sections is not null
                && last + 1 < lines.Length
                && Cell(lines[last + 1].Cells, column) == text
                && Label(lines[last + 1].Cells, firstDay) is { } next
                && (next == sections || next.From == sections.Value.To + 1)
            )
            {
                sections = (sections.Value.From, Math.Max(sections.Value.To, next.To));
                last++;
            }
            if (Remark().IsMatch(string.Concat(lines[i].Cells.Take(firstDay))))
                Told(lines[i].Line, text, firstDay == column);
            else
                foreach (var lesson in GridCell.Read(text, termWeeks))
                    lesson.AddTo(rows, lines[i].Line, day, sections);
            i = last;
        }
    }

    /// <summary>What stands below the grid has no time; it fills its line, and is told once.</summary>
    private void Told(int line, string text, bool isFirst)
    {
        if (isFirst)
            rows.Skip(line, "no_time", Excerpt.Of(text.ReplaceLineEndings(" "), 40), "has no fixed time");
    }

    private static string Cell(List<string> cells, int column) => column < cells.Count ? cells[column].Trim() : "";

    /// <summary>The sections of a line, from the cell beside the first day on to the left.</summary>
    private static (int From, int To)? Label(List<string> cells, int firstDay)
    {
        for (var column = Math.Min(firstDay, cells.Count) - 1; column >= 0; column--)
            foreach (var part in Parts(cells[column]))
                if (SectionRange.Read(part) is [var only])
                    return only;
        return null;
    }

    /// <summary>The whole, what stands in brackets, each line: 第一大节 (01,02小节) 08:00-09:40.</summary>
    private static IEnumerable<string> Parts(string label)
    {
        if (label.Length is 0 or > 100)
            yield break;
        yield return label;
        foreach (Match match in InBrackets().Matches(PlainText.Of(label)))
            yield return match.Groups[1].Value;
        foreach (var line in label.Split('\n'))
            yield return line;
    }

    [GeneratedRegex(
        @"(?:星期|礼拜|周) ?[一二三四五六日天]|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Day();

    [GeneratedRegex(
        @"^[\s\-—/无]*$|^(?:午休|午间|午餐|晚餐|休息|课间.{0,4}|lunch|break)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Pause();

    [GeneratedRegex("备注|说明|其[他它]|实践课|remark|note", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Remark();

    [GeneratedRegex(@"[(\[]([^()\[\]]{1,40})[)\]]")]
    private static partial Regex InBrackets();
}
