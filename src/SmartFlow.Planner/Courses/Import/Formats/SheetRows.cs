using System.Globalization;
using System.Text.RegularExpressions;
using SmartFlow.Platform.Csv;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Rows of cells under a line of column names: WakeUp's CSV, and sheets with the same columns.</summary>
internal static partial class SheetRows
{
    private const int LinesBeforeNames = 10;

    private static readonly Dictionary<string, string> Columns = new(StringComparer.OrdinalIgnoreCase)
    {
        ["课程名称"] = "name", ["课程名"] = "name", ["课程"] = "name", ["name"] = "name", ["course"] = "name", ["title"] = "name",
        ["星期"] = "day", ["周几"] = "day", ["星期几"] = "day", ["day"] = "day", ["weekday"] = "day",
        ["开始节数"] = "from", ["开始节次"] = "from", ["开始节"] = "from", ["section_from"] = "from", ["start"] = "from", ["from"] = "from",
        ["结束节数"] = "to", ["结束节次"] = "to", ["结束节"] = "to", ["section_to"] = "to", ["end"] = "to", ["to"] = "to",
        ["节次"] = "sections", ["节数"] = "sections", ["sections"] = "sections",
        ["老师"] = "teacher", ["教师"] = "teacher", ["任课教师"] = "teacher", ["授课教师"] = "teacher", ["teacher"] = "teacher",
        ["地点"] = "place", ["教室"] = "place", ["上课地点"] = "place", ["place"] = "place", ["location"] = "place", ["room"] = "place",
        ["周数"] = "weeks", ["周次"] = "weeks", ["上课周次"] = "weeks", ["weeks"] = "weeks",
    };

    /// <exception cref="RefusedException">invalid_argument: no line names the columns, or there are too many rows.</exception>
    public static ReadFile Read(string format, IEnumerable<(int Line, List<string> Cells)> lines)
    {
        Dictionary<string, int>? columns = null;
        var (rows, seen) = (new RowList(), 0);
        foreach (var (line, cells) in lines)
        {
            if (columns is null)
            {
                columns = NamesOf(cells);
                if (columns is null && ++seen == LinesBeforeNames) break;
                continue;
            }
            if (cells.TrueForAll(string.IsNullOrWhiteSpace)) continue;
            Add(rows, line, name => columns.TryGetValue(name, out var at) && at < cells.Count ? Unguarded(cells[at].Trim()) : "");
        }
        return columns is null
            ? throw Unreadable.NoColumns()
            : rows.As(format);
    }

    private static Dictionary<string, int>? NamesOf(List<string> cells)
    {
        Dictionary<string, int> columns = [];
        foreach (var (index, cell) in cells.Index())
            if (Columns.TryGetValue(cell.Trim(), out var name))
                columns.TryAdd(name, index);
        var hasSections = columns.ContainsKey("sections") || (columns.ContainsKey("from") && columns.ContainsKey("to"));
        return columns.ContainsKey("name") && columns.ContainsKey("day") && hasSections && columns.ContainsKey("weeks") ? columns : null;
    }

    private static void Add(RowList rows, int line, Func<string, string> cell)
    {
        List<RowError> errors = [];
        var day = Said(cell("day"), "day", DayName.Read, errors);
        var both = cell("sections") is { Length: > 0 } range ? SectionRange.Read(range) : null;
        var from = both?.From ?? Said(cell("from"), "section_from", Number, errors);
        var to = both?.To ?? Said(cell("to"), "section_to", Number, errors);
        var weeks = WeekList.Read(cell("weeks"));
        if (weeks is null && cell("weeks").Length > 0) errors.Add(RowError.Unreadable("weeks", cell("weeks")));
        rows.Add(line, cell("name"), cell("teacher"), cell("place"), day, from, to, weeks ?? [], 1, errors);
    }

    private static int? Said(string text, string field, Func<string, int?> read, List<RowError> errors)
    {
        var value = read(text);
        if (value is null && text.Length > 0) errors.Add(RowError.Unreadable(field, text));
        return value;
    }

    /// <summary>12, 第12节 and a sheet's 12.0.</summary>
    private static int? Number(string text) =>
        Whole().Match(text) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>Takes off the apostrophe that exports put before what a spreadsheet would calculate.</summary>
    private static string Unguarded(string cell) => FormulaGuard.Remove(cell);

    [GeneratedRegex(@"^第?\s*(\d{1,3})(?:\.0)?\s*节?$")]
    private static partial Regex Whole();
}
