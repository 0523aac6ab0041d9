using System.Text.RegularExpressions;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>
/// "2 days and 3 hours", 一个半小时: numbers n with units u, half (h) added where it is said behind the unit.
/// </summary>
internal static class Amounts
{
    private const string ChineseNumber = @"半|几|" + Numbers.Pattern;

    private const string ChineseUnit =
        @"秒钟?|分钟|分(?!之)|刻钟|小时|钟头|钟(?!头)|工作日|天|日|周(?!年)|星期|礼拜|月(?<=[个半]月)|年";

    private const string EnglishNumber =
        @"half\s+an?|half|an?\s+couple(?:\s+of)?|an?\s+few|few|several|\d{1,4}(?:\.\d)?|" + Numbers.Words + @"|an?";

    private const string EnglishUnit =
        @"sec(?:ond)?s?|s(?=\b)|min(?:ute)?s?|hours?|hrs?|(?:business|working)\s+days?|days?|weeks?|wks?|fortnights?|months?|mon(?=\b)|mo(?=\b)|quarters?|qtrs?|years?|yrs?|[hmdwy](?![a-z])";

    /// <summary>A regex fragment: one amount in Chinese, e.g. 1年2个月, 一个半小时, 三天半.</summary>
    public const string Chinese =
        @"(?:(?<n>"
        + ChineseNumber
        + @")\s*(?:个|來|来)?\s*(?<h>半)?(?<u>"
        + ChineseUnit
        + @")(?<h>半(?![天个]))?(?:\s*[零又和]?\s*)){1,3}";

    /// <summary>A regex fragment: one amount in English, e.g. 1 day 2 hours, an hour and a half.</summary>
    public const string English =
        @"(?<n>"
        + EnglishNumber
        + @")(?<h>\s+and\s+a\s+half)?(?:(?<=\d)\s*|\s+)(?<u>"
        + EnglishUnit
        + @")(?<h>\s+and\s+a\s+half)?"
        + @"(?:\s*,?\s*(?:and\s+)?(?<n>"
        + EnglishNumber
        + @")(?:(?<=\d)\s*|\s+)(?<u>"
        + EnglishUnit
        + @")){0,3}";

    public static Amount? Read(Match match)
    {
        var (months, days, seconds) = (0d, 0d, 0d);
        var (numbers, units, halves) = (match.Groups["n"].Captures, match.Groups["u"].Captures, match.Groups["h"]);
        for (var i = 0; i < units.Count; i++)
        {
            // "The day before Christmas": one day.
            var count = 1d;
            if (i < numbers.Count && Numbers.Amount(numbers[i].Value.Trim()) is { } said)
                count = said;
            else if (i < numbers.Count)
                return null;
            if (halves.Success && i == units.Count - 1)
                count += 0.5;
            var (m, d, s) = Unit(units[i].Value.Trim());
            (months, days, seconds) = (months + count * m, days + count * d, seconds + count * s);
        }
        // Half a month is fifteen days, half a day is twelve hours.
        if (months != Math.Floor(months))
            (months, days) = (Math.Floor(months), days + 15);
        if (days != Math.Floor(days) && seconds == 0 && days < 1)
            (days, seconds) = (0, days * 86_400);
        return months > 12_000 || days > 100_000 || seconds > 100_000_000
            ? null
            : new Amount((int)months, (int)Math.Ceiling(days), (long)seconds);
    }

    /// <summary>几天, a few, several.</summary>
    public static bool IsVague(Match match) =>
        match
            .Groups["n"]
            .Captures.Any(c =>
                c.Value is "几" || c.Value.Contains("few", StringComparison.Ordinal) || c.Value == "several"
            );

    /// <summary>三个工作日, four business days.</summary>
    public static bool IsOfWork(Match match) =>
        match.Groups["u"].Captures is [{ Value: var unit }]
        && (
            unit == "工作日"
            || unit.StartsWith("business", StringComparison.Ordinal)
            || unit.StartsWith("working", StringComparison.Ordinal)
        );

    private static (double Months, double Days, double Seconds) Unit(string word) =>
        word switch
        {
            "天" or "日" or "工作日" or "d" => (0, 1, 0),
            "周" or "星期" or "礼拜" or "w" => (0, 7, 0),
            "月" or "mo" or "mon" => (1, 0, 0),
            "年" => (12, 0, 0),
            "小时" or "钟头" or "钟" => (0, 0, 3600),
            "分钟" or "分" or "m" => (0, 0, 60),
            "刻钟" => (0, 0, 900),
            "秒" or "秒钟" or "s" => (0, 0, 1),
            _ when word.EndsWith("days", StringComparison.Ordinal) || word.EndsWith("day", StringComparison.Ordinal) =>
                (0, 1, 0),
            _ => word[0] switch
            {
                's' => (0, 0, 1),
                'h' => (0, 0, 3600),
                'w' => (0, 7, 0),
                'f' => (0, 14, 0),
                'q' => (3, 0, 0),
                'y' => (12, 0, 0),
                _ => word.StartsWith("mo", StringComparison.Ordinal) ? (1, 0, 0) : (0, 0, 60),
            },
        };
}
