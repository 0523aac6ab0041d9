using System.Text.RegularExpressions;
using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>
/// Words for what repeats: 每周三, 隔周周五, 每月5号, every other Friday, monthly on the 5th. Its first day is a day like others.
/// </summary>
internal static partial class Repeats
{
    private const double Sure = 0.9;
    private const int DayOfMonthMax = 31;

    public static readonly (Regex Pattern, Func<Match, LocalDate, Hit?> Read)[] Rules =
    [
        (ChineseWeek(), ReadChineseWeek),
        (ChineseDayOrMonth(), ReadDayOrMonth),
        (EnglishWeek(), ReadEnglishWeek),
        (EnglishDayOrMonth(), ReadDayOrMonth),
    ];

    /// <summary>The last day beside it, with its own words: until 20 December, 到12月20日为止.</summary>
    public static Phrase? Until(string text, Phrase repeating, IReadOnlyList<Phrase> phrases) =>
        phrases.FirstOrDefault(p => p != repeating && p.HasDay && (p.From == repeating || Ends(text, p.Span)));

    private static bool Ends(string text, Span span) =>
        Before().IsMatch(text[..span.Start]) || After().IsMatch(text[span.End..]);

    private static Hit? ReadChineseWeek(Match match, LocalDate today)
    {
        var days = match.Groups["work"].Success
            ? [1, 2, 3, 4, 5]
            : match.Groups["d"].Captures.Select(c => Calendar.ChineseDay(c.Value)).ToArray();
        return Of(new RepeatRule(RepeatUnit.Week, Every(match), Sorted(days), null, null), today);
    }

    private static Hit? ReadEnglishWeek(Match match, LocalDate today)
    {
        var days = match.Groups["work"].Success
            ? [1, 2, 3, 4, 5]
            : match.Groups["d"].Captures.Select(c => Calendar.EnglishDay(c.Value)).ToArray();
        return Of(new RepeatRule(RepeatUnit.Week, Every(match), Sorted(days), null, null), today);
    }

    private static Hit? ReadDayOrMonth(Match match, LocalDate today)
    {
        if (!match.Groups["month"].Success)
            return Of(new RepeatRule(RepeatUnit.Day, Every(match), null, null, null), today);
        var day = match.Groups["last"].Success ? DayOfMonthMax : Numbers.Read(match.Groups["dom"].Value) ?? 0;
        return day is < 1 or > DayOfMonthMax
            ? null
            : Of(new RepeatRule(RepeatUnit.Month, Every(match), null, day, null), today);
    }

    private static Hit? Of(RepeatRule rule, LocalDate today) =>
        rule.Problems().Any() ? null : new Hit(Sort.Day, Sure) { Date = rule.First(today), Repeat = rule };

    private static int Every(Match match) =>
        match.Groups["other"].Success ? 2
        : match.Groups["n"].Success ? Numbers.Read(match.Groups["n"].Value) ?? 0
        : 1;

    private static int[] Sorted(int[] days) => [.. days.Distinct().Order()];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const string Week = "(?:周|星期|礼拜)";

    private const string Day = @"(?<d>[一二三四五六日天])";

    private const string English =
        @"(?<d>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b";

    private const string Number = @"(?<n>[2-9]|1[0-2]|[两二三四五六])";

    // 每周三的作业 is homework, and no task that repeats.
    [GeneratedRegex(
        @"(?:(?:每(?:个)?|(?<other>隔|每隔一个?|每(?:两|二|2)个?)|每"
            + Number
            + "个?)"
            + Week
            + "的?(?:"
            + Week
            + ")?"
            + Day
            + "(?:[、,，和及](?:"
            + Week
            + ")?"
            + Day
            + @"|(?<d>[一二三四五六])(?![天日号月年个节点级章遍次篇页套份]))*(?!的)|每(?:个)?(?<work>工作日))",
        Options
    )]
    private static partial Regex ChineseWeek();

    [GeneratedRegex(
        @"(?:每(?:个)?|(?<other>每隔一个?|每(?:两|二|2)个?)|每"
            + Number
            + @"个?)(?<month>月)的?(?:(?<dom>\d{1,2}|[一二三四五六七八九十廿卅]{1,3})[号日]|(?<last>最后一天|底|末))(?!的)"
            + @"|(?:每|(?<other>每隔一|隔|每(?:两|二|2))|每"
            + Number
            + ")[天日](?!的)",
        Options
    )]
    private static partial Regex ChineseDayOrMonth();

    [GeneratedRegex(
        @"\b(?:every|each)\s+(?:(?<other>other|second|2nd)\s+|"
            + Number
            + @"(?:st|nd|rd|th)\s+)?(?:"
            + English
            + @"(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)"
            + English
            + @")*|(?<work>week\s?day|working\s+day|workday))"
            + @"|\b(?:every\s+(?:(?<other>other|second)\s+week|"
            + Number
            + @"\s+weeks)|(?<other>bi-?weekly|fortnightly)|weekly)\s+on\s+"
            + English
            + @"(?:(?:\s*,\s*|\s+and\s+)"
            + English
            + ")*",
        Options
    )]
    private static partial Regex EnglishWeek();

    [GeneratedRegex(
        @"\b(?:(?<month>monthly)|every\s+(?:(?<other>other|second)\s+|"
            + Number
            + @"\s+)?(?<month>months?))\s+on\s+(?:the\s+)?(?:(?<dom>\d{1,2})(?:st|nd|rd|th)?|(?<last>last\s+day))\b"
            + @"|\b(?:on\s+)?the\s+(?:(?<dom>\d{1,2})(?:st|nd|rd|th)|(?<last>last\s+day))\s+of\s+(?:every|each)\s+(?<month>month)\b"
            + @"|\b(?:every\s+(?:(?<other>other|second)\s+|"
            + Number
            + @"\s+)?days?|daily)\b",
        Options
    )]
    private static partial Regex EnglishDayOrMonth();

    [GeneratedRegex(@"(?:\b(?:until|till|through|thru)|直到|到|至|截止)\s*$", Options)]
    private static partial Regex Before();

    [GeneratedRegex(@"^\s*(?:为止|截止|止|结束)", Options)]
    private static partial Regex After();
}
