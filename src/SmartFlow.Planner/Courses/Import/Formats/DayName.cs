using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>A day of the week as timetables write it.</summary>
internal static partial class DayName
{
    private const string Chinese = "一二三四五六日";
    private static readonly string[] English =
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];

    private static readonly Dictionary<string, int> Short = new(StringComparer.Ordinal)
    {
        ["mo"] = 1,
        ["mon"] = 1,
        ["tu"] = 2,
        ["tue"] = 2,
        ["tues"] = 2,
        ["we"] = 3,
        ["wed"] = 3,
        ["weds"] = 3,
        ["th"] = 4,
        ["thu"] = 4,
        ["thur"] = 4,
        ["thurs"] = 4,
        ["fr"] = 5,
        ["fri"] = 5,
        ["sa"] = 6,
        ["sat"] = 6,
        ["su"] = 7,
        ["sun"] = 7,
    };

    /// <summary>
    /// 1 (Monday) to 7 for 1, 1.0, 一, 周一, 週一, 星期一, 礼拜天, 每周一, Mon, Mon., Monday, in brackets too; said twice, both must
    /// agree. A number outside stays as it is; null for anything else.
    /// </summary>
    public static int? Read(string text)
    {
        if (text.Length > 40)
            return null;
        var days = Words()
            .Matches(Apart().Replace(PlainText.Of(text), "$1"))
            .Select(m => One(m.Value.ToLowerInvariant()))
            .Distinct()
            .ToArray();
        return days.Length == 1 ? days[0] : null;
    }

    private static int? One(string word)
    {
        if (word.EndsWith(".0", StringComparison.Ordinal))
            word = word[..^2];
        word = Prefix().Replace(word, "");
        if (word.Length is 1 or 2 && word.All(char.IsAsciiDigit))
            return int.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
        if (word is "天" or "七")
            return 7;
        if (word.Length == 1 && Chinese.IndexOf(word[0]) is >= 0 and var index)
            return index + 1;
        if (Array.IndexOf(English, word) is >= 0 and var day)
            return day + 1;
        return Short.TryGetValue(word.TrimEnd('.'), out var number) ? number : null;
    }

    [GeneratedRegex(@"[^\s()\[\]{}/,]+")]
    private static partial Regex Words();

    [GeneratedRegex("(星期|礼拜|周) +")]
    private static partial Regex Apart();

    [GeneratedRegex("^每?(?:星期|礼拜|周)")]
    private static partial Regex Prefix();
}
