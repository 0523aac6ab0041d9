using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Lines of cells, each with its number in the file; merged cells are filled.</summary>
internal sealed record SheetLines(IReadOnlyList<(int Line, List<string> Cells)> Lines);

/// <summary>
/// Which of the sheets of a file is the timetable: the first that gives rows, as a list of lessons or as a grid. Pure.
/// </summary>
internal static class Sheets
{
    /// <exception cref="RefusedException">invalid_argument: none is a timetable, or it has too many rows.</exception>
    public static ReadFile Read(string format, IEnumerable<SheetLines> sheets, int termWeeks)
    {
        ReadFile? without = null;
        var seen = false;
        foreach (var sheet in sheets)
        {
            var names = SheetRows.NamesAt(sheet.Lines);
            var read =
                names >= 0
                    ? SheetRows.Read(format, sheet.Lines, names, termWeeks)
                    : GridRows.Read(sheet.Lines, termWeeks);
            if (read is { Rows.Count: > 0 })
                return read;
            without ??= read;
            seen |= names >= 0;
        }
        return without ?? throw (seen ? Unreadable.NoCourse() : Unreadable.NoColumns());
    }
}
