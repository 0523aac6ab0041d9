using System.Globalization;
using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>The first sheet of an .xlsx or .xls file with the CSV's columns.</summary>
internal static class ExcelSheet
{
    public const string Format = "excel";
    private const int EntriesMax = 500;
    private const int UnpackedBytesMax = 24 * 1_024 * 1_024;
    private const int LinesMax = 5_000;
    private const int CellsMax = 64;
    private const int CellMax = 2_000;

    static ExcelSheet() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="RefusedException">invalid_argument: no workbook, or one beyond the limits.</exception>
    public static ReadFile Read(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith("PK"u8)) RefuseBomb(bytes);
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(bytes, writable: false));
            return SheetRows.Read(Format, Lines(reader).ToList());
        }
        catch (Exception e) when (e is not (RefusedException or OutOfMemoryException))
        {
            // What a broken workbook makes its reader throw has no common type.
            throw Unreadable.NoWorkbook();
        }
    }

    /// <summary>Unpacks once and counts, because the sizes that an archive tells of itself may lie.</summary>
    private static void RefuseBomb(byte[] bytes)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            if (archive.Entries.Count > EntriesMax) throw Unreadable.TooManyParts(EntriesMax);
            var buffer = new byte[64 * 1_024];
            var total = 0L;
            foreach (var entry in archive.Entries)
            {
                using var content = entry.Open();
                for (int read; (read = content.Read(buffer)) > 0;)
                    if ((total += read) > UnpackedBytesMax)
                        throw Unreadable.UnpacksTooLarge(UnpackedBytesMax / 1_024 / 1_024);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or IOException)
        {
            throw Unreadable.NoWorkbook();
        }
    }

    private static IEnumerable<(int Line, List<string> Cells)> Lines(IExcelDataReader reader)
    {
        for (var line = 1; reader.Read(); line++)
        {
            if (line > LinesMax) throw Unreadable.TooManyLines(LinesMax);
            yield return (line, [.. Enumerable.Range(0, Math.Min(reader.FieldCount, CellsMax)).Select(i => Text(reader.GetValue(i)))]);
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
