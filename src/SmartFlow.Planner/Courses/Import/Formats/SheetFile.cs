using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// A sheet by what it holds, whatever its name ends in: a workbook, or what school systems call .xls and is a table of
/// HTML or an XML Spreadsheet 2003. Read in a process of its own, see <see cref="SheetReader"/>.
/// </summary>
internal static class SheetFile
{
    public static bool Is(ReadOnlySpan<byte> bytes) => ExcelSheet.IsWorkbook(bytes) || IsMarkup(bytes);

    /// <summary>What can be told before a process is started for it.</summary>
    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static void Check(ReadOnlySpan<byte> bytes)
    {
        if (ExcelSheet.IsWorkbook(bytes))
            ExcelSheet.CheckContainer(bytes);
    }

    /// <exception cref="RefusedException">invalid_argument: no sheet, or one beyond the limits.</exception>
    public static ReadFile Read(byte[] bytes, int termWeeks)
    {
        if (ExcelSheet.IsWorkbook(bytes))
            return ExcelSheet.Read(bytes, termWeeks);
        var text = FileText.Read(bytes);
        return Sheets.Read(
            ExcelSheet.Format,
            SpreadsheetXml.Is(text) ? SpreadsheetXml.Read(text) : HtmlTables.Read(text),
            termWeeks
        );
    }

    private static bool IsMarkup(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            // Marks of an encoding, blanks, and the zero bytes of UTF-16.
            if (b is not (0xEF or 0xBB or 0xBF or 0xFE or 0xFF or 0 or <= (byte)' '))
                return b == '<';
        return false;
    }
}
