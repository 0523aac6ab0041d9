using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// Which reader a file of text is for, by what it holds: names and media types are what senders make of them.
/// </summary>
internal static class AnyFile
{
    public const string Csv = "wakeup_csv";
    private const int LinesMax = 5_000;

    /// <summary>Pure and bounded; photos and sheets are not its matter.</summary>
    /// <exception cref="RefusedException">invalid_argument with the field file.</exception>
    public static ReadFile Read(byte[] bytes, Term term)
    {
        if (bytes.Length == 0)
            throw Unreadable.Empty();
        var text = FileText.Read(bytes);
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty)
            throw Unreadable.Empty();
        if (WakeUpFile.Is(text))
            return WakeUpFile.Read(text, term);
        if (start[0] is '{' or '[')
            return JsonTimetable.Read(text, term);
        return start.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase)
            ? CalendarFile.Read(text, term)
            : Sheet(CsvText.Read(text), term.Weeks);
    }

    private static ReadFile Sheet(IEnumerable<(int Line, List<string> Cells)> lines, int termWeeks)
    {
        var kept = lines.Take(LinesMax + 1).ToList();
        // A timetable's lines are its rows.
        if (kept.Count > LinesMax)
            throw Unreadable.TooManyRows(RowList.RowsMax);
        return Sheets.Read(Csv, [new SheetLines(kept)], termWeeks);
    }
}
