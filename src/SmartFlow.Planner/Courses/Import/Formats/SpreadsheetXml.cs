using System.Globalization;
using System.Xml;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>XML Spreadsheet 2003, which some systems call .xls. Read as a stream, without a DTD. Pure.</summary>
internal static class SpreadsheetXml
{
    private const string Namespace = "urn:schemas-microsoft-com:office:spreadsheet";
    private const int SheetsMax = 50;

    public static bool Is(string text) =>
        text.Contains(Namespace, StringComparison.Ordinal)
        && text.AsSpan(0, Math.Min(text.Length, 4_000)).Contains("Workbook", StringComparison.Ordinal)
        && !text.AsSpan(0, Math.Min(text.Length, 4_000)).Contains("<html", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: broken, or beyond the limits.</exception>
    public static IReadOnlyList<SheetLines> Read(string text)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t')),
                settings
            );
            List<SheetLines> sheets = [];
            while (reader.Read())
                if (Starts(reader, "Table") && sheets.Count < SheetsMax)
                    sheets.Add(Sheet(reader));
            return sheets;
        }
        catch (XmlException)
        {
            throw Unreadable.NoWorkbook();
        }
    }

    private static SheetLines Sheet(XmlReader reader)
    {
        var (cells, line, column, width, height) = (new FilledCells(), -1, 0, 1, 1);
        if (reader.IsEmptyElement)
            return cells.Lines();
        var depth = reader.Depth;
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (Starts(reader, "Row"))
            {
                (line, column) = (Number(reader, "Index") is { } index ? index - 1 : line + 1, 0);
                if (line is < 0 or >= FilledCells.LinesMax)
                    throw Unreadable.TooManyLines(FilledCells.LinesMax);
            }
            else if (Starts(reader, "Cell"))
            {
                column = Number(reader, "Index") is { } at ? at - 1 : cells.Free(Math.Max(line, 0), column);
                (width, height) = ((Number(reader, "MergeAcross") ?? 0) + 1, (Number(reader, "MergeDown") ?? 0) + 1);
                if (reader.IsEmptyElement)
                    column += width;
            }
            else if (Starts(reader, "Data") && column is >= 0 and < FilledCells.ColumnsMax)
                cells.Set(Math.Max(line, 0), column, height, width, Text(reader));
            else if (reader.NodeType == XmlNodeType.EndElement && reader.LocalName == "Cell")
                column += width;
        }
        return cells.Lines();
    }

    /// <summary>Of Data and what is formatted inside of it.</summary>
    private static string Text(XmlReader reader)
    {
        var type = reader.GetAttribute("Type", Namespace);
        if (reader.IsEmptyElement)
            return "";
        var (depth, text) = (reader.Depth, new System.Text.StringBuilder());
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
            if (
                reader.NodeType
                    is XmlNodeType.Text
                        or XmlNodeType.CDATA
                        or XmlNodeType.SignificantWhitespace
                        or XmlNodeType.Whitespace
                && text.Length <= FilledCells.CellMax
            )
                text.Append(reader.Value);
        var said = text.ToString();
        return
            type == "DateTime"
            && DateTime.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? SheetDate.Text(date)
            : said;
    }

    private static bool Starts(XmlReader reader, string name) =>
        reader.NodeType == XmlNodeType.Element && reader.LocalName == name && reader.NamespaceURI == Namespace;

    private static int? Number(XmlReader reader, string name) =>
        int.TryParse(
            reader.GetAttribute(name, Namespace),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? Math.Min(number, 100_000)
            : null;
}
