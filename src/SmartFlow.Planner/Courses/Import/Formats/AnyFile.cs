using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Which reader a file of text is for, by what it holds: names and media types are what senders make of them.</summary>
internal static class AnyFile
{
    public const string Csv = "wakeup_csv";

    /// <summary>Pure and bounded; photos and workbooks are not its matter.</summary>
    /// <exception cref="RefusedException">invalid_argument with the field file.</exception>
    public static ReadFile Read(byte[] bytes, Term term)
    {
        if (bytes.Length == 0) throw Unreadable.Empty();
        var text = FileText.Read(bytes);
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty) throw Unreadable.Empty();
        if (start[0] is '{' or '[') return JsonTimetable.Read(text);
        return start.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase)
            ? CalendarFile.Read(text, term)
            : SheetRows.Read(Csv, CsvText.Read(text));
    }
}
