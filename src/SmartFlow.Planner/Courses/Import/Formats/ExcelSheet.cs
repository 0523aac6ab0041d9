using System.Globalization;
using System.Text;
using ExcelDataReader;
using SmartFlow.Planner.Courses.Import.Formats.Workbooks;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// The first sheet of an .xlsx or .xls file with the CSV's columns. What a hostile file can make the library spend is bounded
/// by what is counted before, and in the end by the process of its own in which <see cref="SheetReader"/> has it read.
/// </summary>
internal static class ExcelSheet
{
    public const string Format = "excel";
    public const int PartsMax = 500;
    public const int UnpackedBytesMax = 24 * 1_024 * 1_024;

    /// <summary>In all sheets, empty ones included; so many strings that cells share, too.</summary>
    public const int CellsMax = 250_000;

    private const int LinesMax = 5_000;
    private const int ColumnsMax = 64;
    private const int CellMax = 2_000;

    static ExcelSheet() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static bool IsWorkbook(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PK\u0003\u0004"u8) || CompoundFile.Is(bytes);

    /// <summary>What can be told without unpacking anything: whole, not encrypted, within bounds.</summary>
    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static void CheckContainer(ReadOnlySpan<byte> bytes)
    {
        if (CompoundFile.Is(bytes)) BinaryRecords.Check(CompoundFile.ReadWorkbook(bytes));
        else PackageDirectory.Check(bytes);
    }

    /// <exception cref="RefusedException">invalid_argument: no workbook, or one beyond the limits.</exception>
    public static ReadFile Read(byte[] bytes)
    {
        CheckContainer(bytes);
        if (!CompoundFile.Is(bytes)) PackageParts.Check(bytes);
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false));
            return SheetRows.Read(Format, Lines(reader));
        }
        catch (Exception e) when (e is not (RefusedException or OutOfMemoryException))
        {
            // What a broken workbook makes its reader throw has no common type.
            throw Unreadable.NoWorkbook();
        }
    }

    private static IEnumerable<(int Line, List<string> Cells)> Lines(IExcelDataReader reader)
    {
        for (var line = 1; reader.Read(); line++)
        {
            if (line > LinesMax) throw Unreadable.TooManyLines(LinesMax);
            yield return (line, [.. Enumerable.Range(0, Math.Min(reader.FieldCount, ColumnsMax)).Select(i => Text(reader.GetValue(i)))]);
        }
    }

    private static string Text(object? value)
    {
        var text = value switch
        {
            null => "",
            double number => number.ToString("0.##########", CultureInfo.InvariantCulture),
            DateTime => "",
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return Excerpt.Of(text, CellMax);
    }
}
