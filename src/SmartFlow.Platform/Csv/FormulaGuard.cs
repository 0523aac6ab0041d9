using System.Buffers;
using System.Text;

namespace SmartFlow.Platform.Csv;

/// <summary>
/// Text that a spreadsheet would calculate gets an apostrophe in exports; reading takes it off again. A spreadsheet
/// that was told another separator begins a cell behind every one of them, whatever our quotation marks say, so the
/// guard stands there, too. What has an apostrophe of its own there gets one more, so that nothing is lost on the way.
/// </summary>
public static class FormulaGuard
{
    private const char Guard = '\'';

    /// <summary>What formulas begin with, in every width; tab and carriage return, behind which some look on.</summary>
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r＝＋－＠﹦﹢﹣﹫−");

    /// <summary>Of cells and of lines.</summary>
    private static readonly SearchValues<char> Separators = SearchValues.Create(
        ",;\t|\r\n\v\f，；｜\u0085\u2028\u2029"
    );

    /// <summary>What is passed over before a formula.</summary>
    private const string Passed = "'\"\u0020\u00A0\u3000\u200B\uFEFF";

    public static string Add(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var text = new StringBuilder(cell.Length + 1);
        for (var at = 0; at < cell.Length; at = Next(cell, at, text))
            if (Calculates(cell.AsSpan(at)))
                text.Append(Guard);
        return text.Length == cell.Length ? cell : text.ToString();
    }

    public static string Remove(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var text = new StringBuilder(cell.Length);
        for (var at = 0; at < cell.Length; at = Next(cell, at, text))
            if (cell[at] == Guard && Calculates(cell.AsSpan(at)))
                at++;
        return text.Length == cell.Length ? cell : text.ToString();
    }

    internal static bool HasSeparator(ReadOnlySpan<char> cell) => cell.ContainsAny(Separators);

    /// <summary>Copies up to behind the next separator, where a cell may begin.</summary>
    private static int Next(string cell, int at, StringBuilder text)
    {
        var length = cell.AsSpan(at).IndexOfAny(Separators) + 1;
        if (length == 0)
            length = cell.Length - at;
        text.Append(cell, at, length);
        return at + length;
    }

    private static bool Calculates(ReadOnlySpan<char> rest)
    {
        var first = rest.TrimStart(Passed);
        return first.Length > 0 && Formula.Contains(first[0]);
    }
}
