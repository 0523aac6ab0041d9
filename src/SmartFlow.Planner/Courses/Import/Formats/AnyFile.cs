using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Which reader a file is for, by what it holds: names and media types are what senders make of them.</summary>
internal static class AnyFile
{
    public const string Csv = "wakeup_csv";

    /// <summary>Pure and bounded; a photo is not its matter.</summary>
    /// <exception cref="RefusedException">invalid_argument with the field file.</exception>
    public static ReadFile Read(byte[] bytes, Term term)
    {
        if (bytes.Length == 0) throw Unreadable.Empty();
        if (IsWorkbook(bytes)) return ExcelSheet.Read(bytes);
        var text = FileText.Read(bytes);
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty) throw Unreadable.Empty();
        if (start[0] is '{' or '[') return JsonTimetable.Read(text);
        return start.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase)
            ? CalendarFile.Read(text, term)
            : SheetRows.Read(Csv, CsvText.Read(text));
    }

    private static bool IsWorkbook(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
}
