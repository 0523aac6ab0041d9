using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses;

/// <summary>
/// The words around weeks in one form each: 单, 双, 全, 周, 第, 除, commas and hyphens, without blanks. Pure.
/// </summary>
internal static partial class WeekWords
{
    // In this order: what is longer comes before what is part of it.
    private static readonly (Regex Words, string Form)[] Forms =
    [
        (English(@"\b(?:every other|alternate|bi-?)\s*weeks?\b|\bbiweekly\b"), "?"),
        (English(@"\bodd(?:\s*weeks?)\b"), "单周"),
        (English(@"\bodd\b"), "单"),
        (English(@"\beven(?:\s*weeks?)\b"), "双周"),
        (English(@"\beven\b"), "双"),
        (English(@"\b(?:every|all)\s*(?:the\s*)?weeks?\b|\ball\b|\bweekly\b"), "全"),
        (English(@"\b(?:except|excluding|without)\b"), "除"),
        (English(@"(?<=[0-9])\s*\b(?:to|through|thru)\b\s*(?=[0-9wW])"), "-"),
        (English(@"\s*(?:\band\b|&|\+)\s*"), ","),
        (English(@"\b(?:weeks?|wks?|w)\.?\s*(?=[0-9])"), "第"),
        (English(@"(?<=-\s*[0-9]{1,2})\s*(?:weeks?|wks?|w)\b"), "周"),
        (Chinese("不分单双周|单双周|单/双周|单,双周"), "全"),
        (Chinese("教学周|周次|周数"), "周"),
        (Chinese("奇数周|奇周|单数周|单号周"), "单周"),
        (Chinese("偶数周|偶周|双数周|双号周"), "双周"),
        (Chinese("奇"), "单"),
        (Chinese("偶"), "双"),
        (Chinese("(?:每个|每|全部|全|所有|连续|各)周"), "全"),
        (Chinese("全部|连续"), "全"),
        (Chinese("除了|除去|除开|不含|不包括"), "除"),
        (Chinese("(?<=[0-9周])[至到]"), "-"),
        (Chinese("(?<=[0-9周)])[和与及+&](?=[第0-9])"), ","),
        (Chinese("^前(?=[0-9]{1,2}周$)"), "1-"),
        (Chinese("--+"), "-"),
        (Chinese("^全周?:? *(?=第|[0-9])"), ""),
        // In front of its numbers, not behind others.
        (Chinese(@"(?<![0-9周)\]] *)([单双]周?) *:? +(?=第|[0-9])"), "$1"),
    ];

    public static string InOneForm(string text)
    {
        var plain = ChineseNumbers.InDigits(PlainText.Of(text).Trim());
        if (SheetsNumber().IsMatch(plain))
            plain = plain[..^2];
        foreach (var (words, form) in Forms)
            plain = words.Replace(plain, form);
        // A point separates, but 1.5 is a number that no list of weeks has.
        if (plain.Count(c => c == '.') > 1 || plain.Contains('周'))
            plain = Point().Replace(plain, ",");
        plain = BlankThatSeparates().Replace(plain, ",");
        return plain.Replace(" ", "", StringComparison.Ordinal).Trim(',');
    }

    private static Regex English(string words) => new(words, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static Regex Chinese(string words) => new(words, RegexOptions.CultureInvariant);

    [GeneratedRegex(@"^[0-9]{1,2}\.0$")]
    private static partial Regex SheetsNumber();

    [GeneratedRegex(@"(?<=[0-9])\.(?=[0-9])")]
    private static partial Regex Point();

    [GeneratedRegex(@"(?<=[0-9周单双)\]]) +(?=第|[0-9])")]
    private static partial Regex BlankThatSeparates();
}
