using System.Globalization;
using System.Text;
using ExcelDataReader;
using SmartFlow.Planner.Courses.Import.Formats.Workbooks;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// The sheets of an .xlsx or .xls file, those that are shown before those that are hidden. What a hostile file can make
/// the library spend is bounded by what is counted before, and in the end by the process of its own in which
/// <see cref="SheetReader"/> has it read.
/// </summary>
internal static class ExcelSheet
{
    public const string Format = "excel";
    public const int PartsMax = 500;
    public const int UnpackedBytesMax = 24 * 1_024 * 1_024;

    /// <summary>In all sheets, empty ones included; so many strings that cells share, too.</summary>
    public const int CellsMax = 250_000;

    private const int SheetsMax = 50;

    static ExcelSheet() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static bool IsWorkbook(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PK\u0003\u0004"u8) || CompoundFile.Is(bytes);

    /// <summary>What can be told without unpacking anything: whole, not encrypted, within bounds.</summary>
    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static void CheckContainer(ReadOnlySpan<byte> bytes)
    {
        if (CompoundFile.Is(bytes))
            BinaryRecords.Check(CompoundFile.ReadWorkbook(bytes));
        else
            PackageDirectory.Check(bytes);
    }

    /// <exception cref="RefusedException">invalid_argument: no workbook, or one beyond the limits.</exception>
    public static ReadFile Read(byte[] bytes, int termWeeks)
    {
        CheckContainer(bytes);
        if (!CompoundFile.Is(bytes))
            PackageParts.Check(bytes);
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false));
            var sheets = SheetsOf(reader).OrderBy(s => s.Hidden).Select(s => s.Sheet);
            return Sheets.Read(Format, sheets, termWeeks);
        }
        catch (Exception e) when (e is not (RefusedException or OutOfMemoryException))
        {
            // What a broken workbook makes its reader throw has no common type.
            throw Unreadable.NoWorkbook();
        }
    }

    private static List<(bool Hidden, SheetLines Sheet)> SheetsOf(IExcelDataReader reader)
    {
        List<(bool, SheetLines)> sheets = [];
        var lines = 0;
        do
        {
            var cells = new FilledCells();
            for (var line = 0; reader.Read(); line++)
            {
                if (++lines > FilledCells.LinesMax)
                    throw Unreadable.TooManyLines(FilledCells.LinesMax);
                for (var i = 0; i < Math.Min(reader.FieldCount, FilledCells.ColumnsMax); i++)
                    if (Text(reader, i) is { Length: > 0 } text)
                        cells.Set(line, i, 1, 1, text);
            }
            foreach (var merged in reader.MergeCells ?? [])
                cells.Spread(
                    merged.FromRow,
                    merged.FromColumn,
                    merged.ToRow - merged.FromRow + 1,
                    merged.ToColumn - merged.FromColumn + 1
                );
            sheets.Add((reader.VisibleState != "visible", cells.Lines()));
        } while (sheets.Count < SheetsMax && reader.NextResult());
        return sheets;
    }

    /// <summary>As the sheet shows it where that matters: a number with leading zeros keeps them.</summary>
    private static string Text(IExcelDataReader reader, int column) =>
        reader.GetValue(column) switch
        {
            null => "",
            double number
                when reader.GetNumberFormatString(column) is { Length: > 1 and < 20 } format
                    && format.All(c => c == '0') => number.ToString(format, CultureInfo.InvariantCulture),
            double number => number.ToString("0.##########", CultureInfo.InvariantCulture),
            DateTime date => SheetDate.Text(date),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            var value => value.ToString() ?? "",
        };
}
