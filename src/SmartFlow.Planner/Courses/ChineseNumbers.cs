using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses;

/// <summary>Chinese numerals of weeks and sections as digits. Pure.</summary>
internal static partial class ChineseNumbers
{
    private const string Units = "一二三四五六七八九";

    /// <summary>Every numeral that is one number up to 99 in digits: 第十六周 is 第16周. Others stay as they are.</summary>
    public static string InDigits(string text) =>
        Numeral().Replace(text, m => Number(m.Value) is { } number ? Digits(number) : m.Value);

    /// <summary>As above, but numerals side by side are a list: 三四节 is 3,4节 and 十一十二节 is 11,12节.</summary>
    public static string AsList(string text) =>
        Numeral().Replace(text, m => List(m.Value) is { } list ? list : m.Value);

    private static int? Number(string numeral) =>
        Whole().Match(numeral) is { Success: true } match
            ? (match.Groups["tens"].Success ? 10 * Math.Max(1, Unit(match.Groups["of"].Value)) : 0)
                + Unit(match.Groups["unit"].Value)
            : null;

    /// <summary>Sections are few, so that 九十 is a nine and a ten, and 十 takes a unit only behind it.</summary>
    private static string? List(string numeral)
    {
        var numbers = SmallNumber().Matches(numeral).Select(m => Number(m.Value)!.Value).ToArray();
        var rising = numbers.Zip(numbers.Skip(1)).All(p => p.Second == p.First + 1);
        return rising ? string.Join(',', numbers.Select(Digits)) : null;
    }

    private static int Unit(string text) => text.Length == 0 ? 0 : Units.IndexOf(text[0]) + 1;

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("[一二三四五六七八九十]+")]
    private static partial Regex Numeral();

    [GeneratedRegex(
        "^(?:(?<tens>(?<of>[一二三四五六七八九])?十)(?<unit>[一二三四五六七八九])?|(?<unit>[一二三四五六七八九]))$"
    )]
    private static partial Regex Whole();

    [GeneratedRegex("十[一二三四五六七八九]?|[一二三四五六七八九]")]
    private static partial Regex SmallNumber();
}
