namespace SmartFlow.Planner.Exchange;

/// <summary>
/// Cells that a spreadsheet would calculate get an apostrophe in exports; reading takes one off again. A cell that has
/// apostrophes of its own before such a character gets one more, so that nothing is lost on the way.
/// </summary>
internal static class FormulaGuard
{
    public static string Add(string cell) => Calculates(cell) ? "'" + cell : cell;

    public static string Remove(string cell) => cell.StartsWith('\'') && Calculates(cell) ? cell[1..] : cell;

    private static bool Calculates(string cell)
    {
        var rest = cell.AsSpan().TrimStart('\'');
        return rest.Length > 0 && rest[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '＝' or '＋' or '－' or '＠';
    }
}
