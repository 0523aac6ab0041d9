using System.Globalization;
using System.Text;

namespace SmartFlow.Platform.Csv;

/// <summary>
/// RFC 4180 with a byte order mark, for spreadsheets: text guarded by <see cref="FormulaGuard"/>, numbers as they are.
/// </summary>
public sealed class CsvWriter
{
    private readonly StringBuilder text = new("\uFEFF");

    public CsvWriter Row(params ReadOnlySpan<CsvCell> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
                text.Append(',');
            Append(cells[i].Text);
        }
        text.Append("\r\n");
        return this;
    }

    /// <summary>What was written since it was last taken, for files that are sent in parts.</summary>
    public string Take()
    {
        var taken = text.ToString();
        text.Clear();
        return taken;
    }

    private void Append(string cell)
    {
        // Blanks at the ends, too: some readers take them off.
        var quoted =
            FormulaGuard.HasSeparator(cell)
            || cell.Contains('"', StringComparison.Ordinal)
            || cell.Length > 0 && (cell[0] == ' ' || cell[^1] == ' ');
        if (!quoted)
            text.Append(cell);
        else
            text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}

/// <summary>A cell: text is guarded, a number needs no guard and would be none with one.</summary>
public readonly record struct CsvCell
{
    private CsvCell(string text) => Text = text;

    internal string Text { get; }

    public static implicit operator CsvCell(string? text) => FromString(text);

    public static implicit operator CsvCell(long number) => FromInt64(number);

    public static implicit operator CsvCell(decimal number) => FromDecimal(number);

    public static CsvCell FromString(string? text) => new(FormulaGuard.Add(text ?? ""));

    public static CsvCell FromInt64(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    public static CsvCell FromDecimal(decimal number) => new(number.ToString("0.######", CultureInfo.InvariantCulture));
}
