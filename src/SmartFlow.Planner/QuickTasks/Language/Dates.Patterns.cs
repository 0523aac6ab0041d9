using System.Text.RegularExpressions;

namespace SmartFlow.Planner.QuickTasks.Language;

// What a day looks like. A number in front of a noun is not a date: 1号楼, 3日游, 前端.
internal static partial class Dates
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string Months =
        @"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

    private const string Small = @"\d{1,2}|[一二两三四五六七八九十]{1,3}";

    [GeneratedRegex(@"(?<!\d)(?<y>20\d\d)(?:-(?<m>\d{1,2})-(?<d>\d{1,2})|/(?<m>\d{1,2})/(?<d>\d{1,2})|\.(?<m>\d{1,2})\.(?<d>\d{1,2}))(?!\d)")]
    private static partial Regex Iso();

    [GeneratedRegex(@"(?:(?<y>20\d\d|今|明)年\s*)?(?<![\d一二三四五六七八九十])(?<m>" + Small + @")月\s*(?<d>" + Small + @")(?![\d一二三四五六七八九十个月])(?:日|号|號)?")]
    private static partial Regex ChineseMonthDay();

    [GeneratedRegex(@"\b(?<m>" + Months + @")\.?\s+(?<d>\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?<y>20\d\d)\b)?", Options)]
    private static partial Regex EnglishMonthDay();

    [GeneratedRegex(@"\b(?<d>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?<m>" + Months + @")\b(?:,?\s+(?<y>20\d\d)\b)?", Options)]
    private static partial Regex EnglishDayMonth();

    [GeneratedRegex(@"(?<![\d一二三四五六七八九十])(?<m>" + Small + @")月[底末]")]
    private static partial Regex NamedMonthEnd();

    [GeneratedRegex(@"(?:(?<next>下个?月)|本月|这个?月)?月?[底末](?<=月[底末])|\b(?:the\s+)?end\s+of\s+(?:(?:the|this)\s+)?(?<next>next\s+)?month\b|\bmonth[- ]end\b", Options)]
    private static partial Regex MonthEnd();

    [GeneratedRegex(@"年底|年末|\b(?:the\s+)?end\s+of\s+(?:the|this)\s+year\b", Options)]
    private static partial Regex YearEnd();

    [GeneratedRegex(@"(?:(?<next>下个?月)|(?<this>本月|这个?月))(?<d>" + Small + @")(?:号|號|日)|(?<![\d月A-Za-z])(?<d>" + Small + @")(?:号|號)(?![楼線线馆门机店院教房桌车床柜位选])")]
    private static partial Regex DayOfMonth();

    [GeneratedRegex(@"(?<=\b(?:on|by|before|until|due)\s{1,3})the\s+(?<d>\d{1,2})(?:st|nd|rd|th)\b", Options)]
    private static partial Regex EnglishDayOfMonth();

    [GeneratedRegex(@"(?:再?过)?(?<n>" + Numbers.Pattern + @")\s*(?:个\s*)?(?<u>天|日|周|星期|礼拜|月)\s*(?:之后|以后|后(?!端)|之内|以内|内)")]
    private static partial Regex InDays();

    [GeneratedRegex(@"\b(?:(?:in|within)\s+(?<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of)\s+(?<u>day|week|month)s?|(?<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?<u>day|week|month)s?\s+(?:from\s+(?:now|today)|later))\b", Options)]
    private static partial Regex EnglishInDays();

    [GeneratedRegex(@"(?:(?<next>下{1,2})|这|本)?个?周末|\b(?:(?<next>n)ext|this|the)\s+weekend\b", Options)]
    private static partial Regex Weekend();

    [GeneratedRegex(@"(?<![每上])(?<!每个|上个)(?:(?<next>下{1,2})|(?<this>这|這|本))?(?:个|個)?(?:周|週|星期|礼拜|禮拜)(?<d>[一二三四五六日天1-7])(?![\d点个次])")]
    private static partial Regex ChineseWeekday();

    [GeneratedRegex(@"(?<!\b(?:every|each|last)\s{1,3})(?:(?:\b(?:(?<next>next)|(?<this>this)|coming|upcoming)\s+)?\b(?<d>monday|tuesday|wednesday|thursday|friday|saturday|sunday)|\b(?:(?<next>next)|(?<this>this))\s+(?<d>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)|(?<=\b(?:on|by|before|until|due)\s{1,3})(?<d>mon|tues?|wed|thu(?:rs?)?|fri|sat|sun))\b", Options)]
    private static partial Regex EnglishWeekday();

    [GeneratedRegex(@"(?:(?<next>下)|这|本)(?:个|個)?(?:周|星期|礼拜)(?![一二三四五六日天末1-7])|\b(?:(?<next>next)|this)\s+week\b|\bend\s+of\s+(?:the|this)\s+week\b", Options)]
    private static partial Regex Week();

    [GeneratedRegex(@"\btonight\b", Options)]
    private static partial Regex Tonight();

    [GeneratedRegex(@"大后天|(?:今|明|后)(?:天|日|(?=[晚早]))|後天|\b(?:the\s+)?day\s+after\s+tomorrow\b|\btomorrow\b|\btmrw?\b|\btoday\b|\bthis\s+(?=morning|afternoon|evening)", Options)]
    private static partial Regex NamedDay();
}
