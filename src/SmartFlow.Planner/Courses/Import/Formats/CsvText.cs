using System.Text;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Rows of cells of RFC 4180 text; commas, semicolons or tabs, whichever the first line has.</summary>
internal static class CsvText
{
    private const int CellMax = 2_000;
    private const int CellsMax = 64;

    /// <summary>Each row with the number of its first line.</summary>
    /// <exception cref="RefusedException">invalid_argument: a cell or row beyond the limits, or a quote that is not
    /// closed.</exception>
    public static IEnumerable<(int Line, List<string> Cells)> Read(string text)
    {
        var separator = Separator(text);
        var (cell, cells) = (new StringBuilder(), new List<string>());
        var (line, start, quoted, began) = (1, 1, false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n' || c == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n'))
                line++;
            if (quoted)
            {
                if (c != '"')
                    Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"' && cell.Length == 0)
                (quoted, began) = (true, true);
            else if (c == separator)
                EndCell();
            else if (c is '\r' or '\n')
            {
                if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                    continue;
                if (began || cell.Length > 0 || cells.Count > 0)
                {
                    EndCell();
                    yield return (start, cells);
                    cells = [];
                }
                (start, began) = (line, false);
            }
            else
                Append(c);
        }
        if (quoted)
            throw Unreadable.Line(start, "has a quotation mark that is not closed");
        if (!began && cell.Length == 0 && cells.Count == 0)
            yield break;
        EndCell();
        yield return (start, cells);

        void Append(char c)
        {
            if (cell.Length == CellMax)
                throw Unreadable.Line(start, $"has a cell of more than {CellMax} characters");
            cell.Append(c);
        }

        void EndCell()
        {
            if (cells.Count == CellsMax)
                throw Unreadable.Line(start, $"has more than {CellsMax} cells");
            cells.Add(cell.ToString());
            cell.Clear();
            began = true;
        }
    }

    private static char Separator(string text)
    {
        var end = text.IndexOfAny(['\r', '\n']);
        var first = end < 0 ? text : text[..end];
        return new[] { ',', '\t', ';', '，' }.MaxBy(s => first.Count(c => c == s));
    }
}
