using System.Globalization;

namespace SmartFlow.Planner.Courses;

/// <summary>
/// One form for what timetables write in many: digits, letters and signs of full width as ASCII, every dash a hyphen,
/// every blank a space, traditional characters of the words that matter as simplified ones, brackets of every look as
/// (), [] and {}. Pure.
/// </summary>
internal static class PlainText
{
    private const string Traditional = "週節單雙禮課連續號間個兩";
    private const string Simplified = "周节单双礼课连续号间个两";
    private const string Dashes = "‐‑‒–—―−－﹣~～〜〰─";
    private const string Separators = "、，;；﹐﹑";

    public static string Of(string text) => string.Create(text.Length, text, static (plain, text) =>
        {
            for (var i = 0; i < text.Length; i++)
                plain[i] = Of(text[i]);
        });

    private static char Of(char c)
    {
        if (char.IsAscii(c))
            return c is '~' ? '-'
                : c is ';' ? ','
                : char.IsWhiteSpace(c) ? ' '
                : c;
        if (Traditional.IndexOf(c) is >= 0 and var at)
            return Simplified[at];
        if (Dashes.Contains(c))
            return '-';
        if (Separators.Contains(c))
            return ',';
        if (c is '【' or '〔' or '「' or '［')
            return '[';
        if (c is '】' or '〕' or '」' or '］')
            return ']';
        if (char.IsWhiteSpace(c))
            return ' ';
        if (c is > '\uFF00' and < '\uFF5F')
            return Of((char)(c - 0xFEE0));
        return CharUnicodeInfo.GetDecimalDigitValue(c) is >= 0 and var digit ? (char)('0' + digit) : c;
    }
}
