using System.Buffers;
using System.Text;

namespace SmartFlow.Planner.Exchange;

/// <summary>RFC 4180 with a byte order mark, for spreadsheets, and with <see cref="FormulaGuard"/>.</summary>
internal sealed class CsvWriter
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",;\t\r\n，");
    private readonly StringBuilder text = new("\uFEFF");

    public CsvWriter Row(params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) text.Append(',');
            Cell(FormulaGuard.Add(cells[i]));
        }
        text.Append("\r\n");
        return this;
    }

    public override string ToString() => text.ToString();

    private void Cell(string cell)
    {
        // Blanks at the ends, too: some readers take them off.
        var quoted = cell.AsSpan().ContainsAny(Quoted) || cell.Length > 0 && (cell[0] == ' ' || cell[^1] == ' ');
        if (!quoted) text.Append(cell);
        else text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
