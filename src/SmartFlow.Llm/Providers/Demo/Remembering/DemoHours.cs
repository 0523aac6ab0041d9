using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Remembering;

/// <summary>Weekdays and times of the day that a clause names.</summary>
/// <param name="Days">Bit n−1 is weekday n; all where none is named.</param>
/// <param name="From">Minutes after midnight.</param>
/// <param name="To">Up to 1,440.</param>
/// <param name="DaysNamed">Weekdays were named.</param>
/// <param name="TimesNamed">Times of the day were.</param>
internal sealed partial record DemoHours(int Days, int From, int To, bool DaysNamed, bool TimesNamed)
{
    private const int All = 127,
        Day = 1_440,
        Noon = 720,
        Six = 1_080;
    private static readonly string[] DigitsZh =
    [
        "零",
        "一",
        "二",
        "三",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
        "十",
        "十一",
        "十二",
    ];
    private static readonly string[] DigitsEn =
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ];

    private static readonly (string Zh, string En, int From, int To)[] Parts =
    [
        ("早上|早晨|清晨|上午", "morning", 360, Noon),
        ("中午|午休", "lunch|noon", 690, 840),
        ("下午", "afternoon", Noon, Six),
        ("晚上|夜里|夜晚|深夜", "evening|night", Six, Day),
    ];

    /// <summary>Null: it names neither.</summary>
    public static DemoHours? Of(string clause)
    {
        var days = DaysOf(clause);
        var times = TimesOf(clause);
        if (days == 0 && times is null)
            return null;
        return new DemoHours(days == 0 ? All : days, times?.From ?? 0, times?.To ?? Day, days != 0, times is not null);
    }

    private static int DaysOf(string clause)
    {
        var days = 0;
        foreach (Match m in DayZh().Matches(clause))
        foreach (var c in m.Groups[1].Value)
            if ("一二三四五六日天".IndexOf(c, StringComparison.Ordinal) is >= 0 and var n)
                days |= 1 << Math.Min(n, 6);
        foreach (Match m in DayEn().Matches(clause))
            days |=
                1
                << Array.IndexOf(
                    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
                    m.Groups[1].Value[..3].ToLowerInvariant()
                );
        if (Weekend().IsMatch(clause))
            days |= 96;
        if (Workday().IsMatch(clause))
            days |= 31;
        return days;
    }

    private static (int From, int To)? TimesOf(string clause)
    {
        var times = Time()
            .Matches(clause)
            .Select(m => (Match: m, Minute: Minute(m)))
            .Where(t => t.Minute is not null)
            .ToList();
        if (times is [var one, var two, ..] && Between().IsMatch(clause))
            return (one.Minute!.Value, two.Minute is 0 ? Day : two.Minute!.Value);
        if (times is [var only, ..])
        {
            var at = only.Minute!.Value;
            var (before, behind) = (clause[..only.Match.Index], clause[(only.Match.Index + only.Match.Length)..]);
            if (AfterZh().IsMatch(behind) || AfterEn().IsMatch(before))
                return at is 0 or Day ? (0, 360) : (at, Day);
            if (BeforeZh().IsMatch(behind) || BeforeEn().IsMatch(before))
                return at == 0 ? null : (0, at);
        }
        foreach (var part in Parts)
            if (Regex.IsMatch(clause, part.Zh) || Regex.IsMatch(clause, $@"\b({part.En})s?\b", RegexOptions.IgnoreCase))
                return (part.From, part.To);
        return null;
    }

    private static int? Minute(Match m)
    {
        var (part, word) = (m.Groups["part"].Value, m.Groups["hour"].Value);
        if (m.Groups["named"].Value.ToLowerInvariant() is { Length: > 0 } named)
            return named == "noon" ? Noon : Day;
        var hour =
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var digits) ? digits
            : Array.IndexOf(DigitsZh, word.Replace('两', '二')) is >= 0 and var zh ? zh
            : Array.IndexOf(DigitsEn, word.ToLowerInvariant());
        if (hour is < 0 or > 24)
            return null;
        if (
            hour < 12
            && (
                part is "下午" or "傍晚" or "晚上" or "夜里" or "晚"
                || m.Groups["half"].Value.StartsWith('p')
                || m.Groups["half"].Value.StartsWith('P')
            )
        )
            hour += 12;
        var minute =
            m.Groups["minute"].Value is "半" ? 30
            : int.TryParse(m.Groups["minute"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n
            : 0;
        // 晚上十二点 is midnight.
        if (hour == 12 && part is "晚上" or "夜里" or "晚")
            hour = 24;
        return minute > 59 || hour * 60 + minute > Day ? null : hour * 60 + minute;
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        @"(?:周|星期|礼拜)([一二三四五六日天](?:[、和与及](?:周|星期|礼拜)?[一二三四五六日天](?!点|时|章|节|次|个))*)"
    )]
    private static partial Regex DayZh();

    [GeneratedRegex(@"\b(mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)\b", Options)]
    private static partial Regex DayEn();

    [GeneratedRegex(@"周末|双休|\bweekends?\b", Options)]
    private static partial Regex Weekend();

    [GeneratedRegex(@"工作日|\bweekdays?\b", Options)]
    private static partial Regex Workday();

    [GeneratedRegex(
        @"(?<part>早上|上午|中午|下午|傍晚|晚上|夜里|晚|凌晨)?\s*(?<hour>\d{1,2}|十一|十二|[一二三四五六七八九十两])\s*(?:点钟?|时|[:：](?=\d))\s*(?<minute>半|\d{1,2})?分?(?:\s*(?<half>[ap])\.?m\b)?"
            + @"|\b(?<hour>\d{1,2})\s*(?<half>[ap])\.?m\b|\b(?<hour>\d{1,2}):(?<minute>\d{2})(?:\s*(?<half>[ap])\.?m\b)?"
            + @"|(?<=\b(?:after|before|past|until|till|from|and|to)\s+)(?<hour>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?:\s*o'?clock)?(?!\s*(?:days?|weeks?|items?|sections?))(?:\s+(?:in\s+the\s+)?(?<half>pm|evening))?"
            + @"|\b(?<named>midnight|noon)\b",
        Options
    )]
    private static partial Regex Time();

    [GeneratedRegex(@"到|至|[-~–—]|\bbetween\b|\bfrom\b", Options)]
    private static partial Regex Between();

    [GeneratedRegex(@"^\s*(之|以)?(后|过后)")]
    private static partial Regex AfterZh();

    [GeneratedRegex(@"^\s*(之|以)?前")]
    private static partial Regex BeforeZh();

    [GeneratedRegex(@"\b(after|past|later\s+than|from)\s*$", Options)]
    private static partial Regex AfterEn();

    [GeneratedRegex(@"\b(before|until|till|earlier\s+than)\s*$", Options)]
    private static partial Regex BeforeEn();
}
