using SmartFlow.Platform.Csv;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Rows of cells under a line of column names: WakeUp's CSV, and sheets with the same columns.</summary>
internal static class SheetRows
{
    private const int LinesBeforeNames = 10;

    /// <summary>Which line names the columns; -1: none among the first.</summary>
    public static int NamesAt(IReadOnlyList<(int Line, List<string> Cells)> lines)
    {
        for (var i = 0; i < Math.Min(lines.Count, LinesBeforeNames); i++)
            if (SheetColumns.Of(lines[i].Cells) is not null)
                return i;
        return -1;
    }

    /// <returns>Null: there is nothing below the names.</returns>
    /// <exception cref="RefusedException">invalid_argument: there are too many rows.</exception>
    public static ReadFile? Read(string format, IReadOnlyList<(int Line, List<string> Cells)> lines, int names, int termWeeks)
    {
        var columns = SheetColumns.Of(lines[names].Cells)!;
        var rows = new RowList();
        foreach (var (line, cells) in lines.Skip(names + 1))
        {
            if (cells.TrueForAll(string.IsNullOrWhiteSpace)) continue;
            Add(rows, line, termWeeks, name => columns.TryGetValue(name, out var at) && at < cells.Count ? Unguarded(cells[at].Trim()) : "");
        }
        return rows.Any(format);
    }

    private static void Add(RowList rows, int line, int termWeeks, Func<string, string> cell)
    {
        var reader = new LessonReader(termWeeks);
        var day = reader.Day(cell("day"));
        var weeks = reader.Weeks(WeeksOf(cell), cell("parity"));
        var runs = cell("sections") is { Length: > 0 } said
            ? reader.Sections(said)
            : [(reader.Section(cell("from"), "section_from"), reader.Section(cell("to"), "section_to"))];
        foreach (var (from, to) in runs)
            rows.Add(line, cell("name"), cell("teacher"), cell("place"), day, from, to, weeks, reader.Confidence, reader.Errors);
    }

    private static string WeeksOf(Func<string, string> cell)
    {
        var weeks = cell("weeks");
        return weeks.Length == 0 && cell("week_from").Length + cell("week_to").Length > 0 ? $"{cell("week_from")}-{cell("week_to")}" : weeks;
    }

    /// <summary>Takes off the apostrophe that exports put before what a spreadsheet would calculate.</summary>
    private static string Unguarded(string cell) => FormulaGuard.Remove(cell);
}
