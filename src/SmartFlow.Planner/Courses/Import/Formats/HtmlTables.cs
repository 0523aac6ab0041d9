using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// The tables of an HTML document, which many school systems call .xls. What the parser can be made to spend is bounded
/// by a count of tags before and by the process in which it runs.
/// </summary>
internal static partial class HtmlTables
{
    private const int TablesMax = 50;
    private const int TagsMax = 400_000;
    private const int DepthMax = 200;

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: too many cells.</exception>
    public static IEnumerable<SheetLines> Read(string html)
    {
        if (html.AsSpan().Count('<') > TagsMax)
            throw Unreadable.TooManyCells(ExcelSheet.CellsMax);
        using var document = new HtmlParser().ParseDocument(html);
        foreach (var table in document.QuerySelectorAll("table").Take(TablesMax))
            yield return Lines(table);
    }

    private static SheetLines Lines(IElement table)
    {
        var (cells, line) = (new FilledCells(), 0);
        foreach (var row in Rows(table))
        {
            var column = 0;
            foreach (var cell in row.Children.Where(c => c.LocalName is "td" or "th"))
            {
                column = cells.Free(line, column);
                if (column >= FilledCells.ColumnsMax)
                    break;
                var (height, width) = (Span(cell, "rowspan"), Span(cell, "colspan"));
                cells.Set(line, column, height, width, Text(cell));
                column += width;
            }
            line++;
        }
        return cells.Lines();
    }

    private static IEnumerable<IElement> Rows(IElement table) =>
        table.Children.SelectMany(c =>
            c.LocalName == "tr" ? [c]
            : c.LocalName is "thead" or "tbody" or "tfoot" ? c.Children.Where(r => r.LocalName == "tr")
            : Enumerable.Empty<IElement>()
        );

    private static int Span(IElement cell, string name) =>
        int.TryParse(cell.GetAttribute(name), NumberStyles.None, CultureInfo.InvariantCulture, out var span)
            ? Math.Clamp(span, 1, 1_000)
            : 1;

    /// <summary>
    /// As a browser shows it: blanks are one, br and blocks break lines, what is hidden is not there.
    /// </summary>
    private static string Text(INode cell)
    {
        var text = new StringBuilder();
        var open = new Stack<(INode Node, bool Ends)>();
        open.Push((cell, false));
        while (open.TryPop(out var at) && text.Length <= 4 * FilledCells.CellMax)
        {
            if (at.Ends)
                Break(text);
            else if (at.Node is IText said)
                text.Append(White().Replace(said.Data, " "));
            else if (at.Node is IElement element && !Enter(element, cell, text, open))
                continue;
            if (at.Ends || at.Node is not IElement || open.Count > 16 * DepthMax)
                continue;
            foreach (var child in at.Node.ChildNodes.Reverse())
                open.Push((child, false));
        }
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.Trim(' ', '\u00A0'))).Trim();
    }

    private static bool Enter(IElement element, INode cell, StringBuilder text, Stack<(INode Node, bool Ends)> open)
    {
        if (
            element.LocalName is "script" or "style" or "head"
            || element
                .GetAttribute("style")
                ?.Replace(" ", "", StringComparison.Ordinal)
                .Contains("display:none", StringComparison.OrdinalIgnoreCase) == true
        )
            return false;
        if (element.LocalName == "br")
            text.Append('\n');
        else if (
            element != cell
            && element.LocalName
                is "p"
                    or "div"
                    or "li"
                    or "tr"
                    or "table"
                    or "ul"
                    or "ol"
                    or "h1"
                    or "h2"
                    or "h3"
                    or "hr"
        )
        {
            Break(text);
            open.Push((element, true));
        }
        return true;
    }

    private static void Break(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
    }

    [GeneratedRegex(@"[ \t\r\n\f]+")]
    private static partial Regex White();
}
