namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// Cells of a sheet as they are set down, with what a merged cell says in all of its places, within bounds.
/// </summary>
internal sealed class FilledCells
{
    public const int LinesMax = 5_000;
    public const int ColumnsMax = 64;
    public const int CellMax = 2_000;
    private readonly List<string?[]> lines = [];
    private int filled;

    /// <summary>Where the next cell of the line goes that no cell from above fills.</summary>
    public int Free(int line, int column)
    {
        while (column < ColumnsMax && line < lines.Count && lines[line][column] is not null)
            column++;
        return column;
    }

    /// <summary>Cells outside of the bounds are passed over.</summary>
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: too many lines or cells.</exception>
    public void Set(int line, int column, int height, int width, string text)
    {
        if (line >= LinesMax)
            throw Unreadable.TooManyLines(LinesMax);
        var kept = Excerpt.Of(text, CellMax);
        for (var i = line; i < Math.Min(line + Math.Max(height, 1), LinesMax); i++)
        for (var j = column; j < Math.Min(column + Math.Max(width, 1), ColumnsMax); j++)
        {
            while (lines.Count <= i)
                lines.Add(new string?[ColumnsMax]);
            if (++filled > ExcelSheet.CellsMax)
                throw Unreadable.TooManyCells(ExcelSheet.CellsMax);
            lines[i][j] = kept;
        }
    }

    /// <summary>What the first cell of a merged range says, in all of its cells.</summary>
    public void Spread(int line, int column, int height, int width)
    {
        if (line < 0 || line >= lines.Count || column is < 0 or >= ColumnsMax || lines[line][column] is not { } text)
            return;
        Set(line, column, height, width, text);
    }

    public SheetLines Lines()
    {
        var width = lines.Count == 0 ? 0 : lines.Max(l => Array.FindLastIndex(l, c => c is not null) + 1);
        return new SheetLines([
            .. lines.Index().Select(l => (l.Index + 1, l.Item.Take(width).Select(c => c ?? "").ToList())),
        ]);
    }
}
