using SmartFlow.Platform.Csv;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Rows of cells under a line of column names: WakeUp's CSV, and sheets with the same columns.</summary>
internal static class SheetRows
{
    private const int LinesBeforeNames = 10;
    private static readonly char[] Ends = [';', '；', '\n', '\r'];

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
    public static ReadFile? Read(
        string format,
        IReadOnlyList<(int Line, List<string> Cells)> lines,
        int names,
        int termWeeks
    )
    {
        var columns = SheetColumns.Of(lines[names].Cells)!;
        var rows = new RowList();
        foreach (var (line, cells) in lines.Skip(names + 1))
        {
            if (cells.TrueForAll(string.IsNullOrWhiteSpace))
                continue;
            Add(rows, line, termWeeks, name =>
                columns.TryGetValue(name, out var at) && at < cells.Count ? Unguarded(cells[at].Trim()) : ""
            );
        }
        return rows.Any(format);
    }

    private static void Add(RowList rows, int line, int termWeeks, Func<string, string> cell)
    {
        if (cell("time").Length > 0 && cell("day").Length == 0)
        {
            AddTimes(rows, line, termWeeks, cell);
            return;
        }
        var reader = new LessonReader(termWeeks);
        var day = reader.Day(cell("day"));
        var weeks = reader.Weeks(WeeksOf(cell), cell("parity"));
        foreach (var (from, to) in Sections(reader, cell))
            rows.Add(
                line,
                cell("name"),
                cell("teacher"),
                cell("place"),
                day,
                from,
                to,
                weeks,
                reader.Confidence,
                reader.Errors
            );
    }

    /// <summary>周一第1-2节{1-16周};周三第3-4节{1-16周}: a row each, with a place each where there are as many.</summary>
    private static void AddTimes(RowList rows, int line, int termWeeks, Func<string, string> cell)
    {
        var times = cell("time").Split(Ends, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var places = cell("place").Split(Ends, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var (index, time) in times.Index())
        {
            var reader = new LessonReader(termWeeks);
            var parts = TimeText.Parts(time);
            var day = reader.Day(parts.Day);
            var weeks = reader.Weeks(parts.Weeks.Length > 0 ? parts.Weeks : WeeksOf(cell), cell("parity"));
            foreach (var (from, to) in reader.Sections(parts.Sections))
                rows.Add(
                    line,
                    cell("name"),
                    cell("teacher"),
                    places.Length == times.Length ? places[index] : cell("place"),
                    day,
                    from,
                    to,
                    weeks,
                    reader.Confidence,
                    reader.Errors
                );
        }
    }

    private static (int? From, int? To)[] Sections(LessonReader reader, Func<string, string> cell)
    {
        // 节数 alone names sections, as in 1-2; beside a first section it counts them.
        var said =
            cell("sections").Length > 0 ? cell("sections")
            : cell("from").Length == 0 ? cell("count")
            : "";
        if (said.Length > 0)
            return reader.Sections(said);
        var from = reader.Section(cell("from"), "section_from");
        return
        [
            (
                from,
                cell("to").Length > 0 || cell("count").Length == 0
                    ? reader.Section(cell("to"), "section_to")
                    : from + reader.Section(cell("count"), "section_to") - 1
            ),
        ];
    }

    private static string WeeksOf(Func<string, string> cell)
    {
        var weeks = cell("weeks");
        return weeks.Length == 0 && cell("week_from").Length + cell("week_to").Length > 0
            ? $"{cell("week_from")}-{cell("week_to")}"
            : weeks;
    }

    /// <summary>Takes off the apostrophe that exports put before what a spreadsheet would calculate.</summary>
    private static string Unguarded(string cell) => FormulaGuard.Remove(cell);
}
