using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>Days that a text names, and where in it.</summary>
/// <param name="Whole">A week or more, not one day.</param>
internal readonly record struct DaySpan(DateOnly From, DateOnly To, int At, bool Whole);

/// <summary>The dates and sections that people write, in Chinese and English. Weeks begin on Monday. Pure.</summary>
internal static partial class DemoDates
{
    private const string DaysZh = "一二三四五六日";
    private static readonly string[] DaysEn = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    private static readonly string[] Months =
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ];

    /// <summary>In the order of the text. A bare weekday is this week's.</summary>
    public static List<DaySpan> Find(string text, DateOnly today)
    {
        List<DaySpan> found = [];
        var monday = today.AddDays(-((int)today.DayOfWeek + 6) % 7);
        foreach (Match m in Iso().Matches(text))
            if (
                DateOnly.TryParseExact(
                    m.Value,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var iso
                )
            )
                Day(iso, m);
        foreach (Match m in MonthDay().Matches(text))
            Try(today, Number(m.Groups[1]), Number(m.Groups[2]), m);
        foreach (Match m in EnglishDate().Matches(text))
        {
            var month =
                Array.FindIndex(Months, n =>
                    (m.Groups[1].Value + m.Groups[4].Value).StartsWith(n, StringComparison.OrdinalIgnoreCase)
                ) + 1;
            Try(today, month, Number(m.Groups[2].Success ? m.Groups[2] : m.Groups[3]), m);
        }
        foreach (Match m in Near().Matches(text))
            Day(
                today.AddDays(
                    m.Value.ToLowerInvariant() switch
                    {
                        "今天" or "今晚" or "today" or "tonight" => 0,
                        "明天" or "明晚" or "tomorrow" => 1,
                        "后天" => 2,
                        "大后天" => 3,
                        "昨天" or "昨晚" or "yesterday" => -1,
                        _ => -2,
                    }
                ),
                m
            );
        foreach (Match m in WeekdayZh().Matches(text))
        {
            var day = DaysZh.IndexOf(m.Groups[2].Value is "天" or "7" ? '日' : m.Groups[2].Value[0]);
            Day(monday.AddDays(WeeksZh(m.Groups[1].Value) * 7 + (day >= 0 ? day : Number(m.Groups[2]) - 1)), m);
        }
        foreach (Match m in WeekdayEn().Matches(text))
            Day(
                monday.AddDays(
                    WeeksEn(m.Groups[1].Value) * 7
                        + Array.FindIndex(DaysEn, d =>
                            m.Groups[2].Value.StartsWith(d, StringComparison.OrdinalIgnoreCase)
                        )
                ),
                m
            );
        foreach (Match m in WeekZh().Matches(text))
            Week(WeeksZh(m.Groups[1].Value), m);
        foreach (Match m in WeekEn().Matches(text))
            Week(WeeksEn(m.Groups[1].Value), m);
        foreach (Match m in Weekend().Matches(text))
            found.Add(
                new DaySpan(
                    monday.AddDays(WeeksZh(m.Groups[1].Value) * 7 + 5),
                    monday.AddDays(WeeksZh(m.Groups[1].Value) * 7 + 6),
                    m.Index,
                    true
                )
            );
        return [.. found.OrderBy(f => f.At)];

        void Day(DateOnly date, Match m) => found.Add(new DaySpan(date, date, m.Index, false));

        void Week(int weeks, Match m) =>
            found.Add(new DaySpan(monday.AddDays(weeks * 7), monday.AddDays(weeks * 7 + 6), m.Index, true));

        void Try(DateOnly now, int month, int day, Match m)
        {
            if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(now.Year, month))
                return;
            var date = new DateOnly(now.Year, month, day);
            // Half a year back is next year's.
            if (date < now.AddDays(-180))
                date = date.AddYears(1);
            Day(date, m);
        }
    }

    /// <summary>The first section that is named, by number, clock or part of the day; 0: none is.</summary>
    public static (int From, int Sections) Section(string text)
    {
        if (SectionZh().Match(text) is { Success: true } zh)
            return (
                NumberZh(zh.Groups[1].Value),
                zh.Groups[2].Success ? NumberZh(zh.Groups[2].Value) - NumberZh(zh.Groups[1].Value) + 1 : 0
            );
        if (SectionEn().Match(text) is { Success: true } en)
            return (Number(en.Groups[1]), en.Groups[2].Success ? Number(en.Groups[2]) - Number(en.Groups[1]) + 1 : 0);
        if (Morning().IsMatch(text))
            return (1, 0);
        if (Afternoon().IsMatch(text))
            return (5, 0);
        return Evening().IsMatch(text) ? (9, 0) : (0, 0);
    }

    private static int WeeksZh(string word) =>
        word switch
        {
            "下" => 1,
            "下下" => 2,
            "上" => -1,
            "上上" => -2,
            _ => 0,
        };

    private static int WeeksEn(string word) =>
        word.Trim().ToLowerInvariant() switch
        {
            "next" => 1,
            "last" => -1,
            _ => 0,
        };

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static int NumberZh(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        const string Digits = "零一二三四五六七八九";
        var ten = text.IndexOf('十');
        if (ten < 0)
            return Math.Max(0, Digits.IndexOf(text[^1]));
        return (ten == 0 ? 10 : Digits.IndexOf(text[0]) * 10) + (ten == text.Length - 1 ? 0 : Digits.IndexOf(text[^1]));
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\d{4}-\d{2}-\d{2}")]
    private static partial Regex Iso();

    [GeneratedRegex(@"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")]
    private static partial Regex MonthDay();

    [GeneratedRegex(
        @"\b(?:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?:st|nd|rd|th)?\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b",
        Options
    )]
    private static partial Regex EnglishDate();

    [GeneratedRegex(@"大后天|今天|今晚|明天|明晚|后天|昨天|昨晚|前天|\b(today|tonight|tomorrow|yesterday)\b", Options)]
    private static partial Regex Near();

    [GeneratedRegex(@"(下下|上上|下|上|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天1-7])")]
    private static partial Regex WeekdayZh();

    [GeneratedRegex(
        @"\b(next\s+|this\s+|last\s+)?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?\b",
        Options
    )]
    private static partial Regex WeekdayEn();

    [GeneratedRegex(@"(下下|上上|下|上|本|这)一?个?(?:周|星期|礼拜)(?![一二三四五六日天末1-7])")]
    private static partial Regex WeekZh();

    [GeneratedRegex(@"\b(this|next|last|my|the)\s+(?:whole\s+)?week\b", Options)]
    private static partial Regex WeekEn();

    [GeneratedRegex(@"(下|本|这)?周末|\b(?:the\s+|this\s+)?weekend\b", Options)]
    private static partial Regex Weekend();

    [GeneratedRegex(
        @"第?([一二三四五六七八九十]{1,3}|\d{1,2})(?:\s*[-–—到至~]\s*([一二三四五六七八九十]{1,3}|\d{1,2}))?\s*节"
    )]
    private static partial Regex SectionZh();

    [GeneratedRegex(@"\bsections?\s+(\d{1,2})(?:\s*(?:-|–|to)\s*(\d{1,2}))?", Options)]
    private static partial Regex SectionEn();

    [GeneratedRegex(@"上午|早上|早晨|\bmorning\b", Options)]
    private static partial Regex Morning();

    [GeneratedRegex(@"下午|\bafternoon\b", Options)]
    private static partial Regex Afternoon();

    [GeneratedRegex(@"晚上|今晚|明晚|\b(evening|tonight)\b", Options)]
    private static partial Regex Evening();
}
