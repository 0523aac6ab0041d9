using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Days with a name: fixed ones, nth weekdays, those of the Chinese calendar, Easter.</summary>
internal static class Holidays
{
    private static readonly ChineseLunisolarCalendar Chinese = new();

    // The longer name comes first where one begins another.
    private static readonly (string Words, Func<int, LocalDate?> Of)[] Table =
    [
        (@"平安夜|圣诞(?:节)?前夜|christmas\s+eve|xmas\s+eve", y => new LocalDate(y, 12, 24)),
        (@"圣诞(?:节)?|christmas(?:\s+day)?|\bxmas", y => new LocalDate(y, 12, 25)),
        (@"跨年(?:夜)?|\bnew\s+year'?s?\s+eve", y => new LocalDate(y, 12, 31)),
        (@"春节|农历新年|大年初一|\bchinese\s+new\s+year|\blunar\s+new\s+year|\bspring\s+festival", y =>
            Lunar(y, 1, 1)
        ),
        (@"元旦(?:节)?|(?<![农历过])新年|\byuandan|\bnew\s+year'?s?\b(?:\s+day)?", y => new LocalDate(y, 1, 1)),
        (@"除夕(?:夜)?|年三十|大年三十|大年夜", y => Lunar(y, 1, 1)?.PlusDays(-1)),
        (@"腊八(?:节)?", y => Lunar(y - 1, 12, 8)),
        (@"元宵(?:节)?|\blantern\s+festival", y => Lunar(y, 1, 15)),
        (@"清明(?:节)?|\bqingming(?:\s+festival)?", Qingming),
        (@"端午(?:节)?|\bdragon\s+boat\s+festival", y => Lunar(y, 5, 5)),
        (@"七夕(?:节)?", y => Lunar(y, 7, 7)),
        (@"中元(?:节)?", y => Lunar(y, 7, 15)),
        (@"中秋(?:节)?|\bmid[\s-]autumn(?:\s+(?:festival|day))?|\bmoon\s+festival", y => Lunar(y, 8, 15)),
        (@"重阳(?:节)?", y => Lunar(y, 9, 9)),
        (@"情人节|\b(?:saint\s+|st\.?\s+)?valentine'?s?(?:\s+day)?", y => new LocalDate(y, 2, 14)),
        (@"女生节", y => new LocalDate(y, 3, 7)),
        (@"妇女节|女神节|三八节|\b(?:international\s+)?women'?s\s+day", y => new LocalDate(y, 3, 8)),
        (@"植树节", y => new LocalDate(y, 3, 12)),
        (@"\b(?:saint|st\.?)\s+patrick(?:'?s)?(?:\s+day)?", y => new LocalDate(y, 3, 17)),
        (@"愚人节|\bapril\s+fools?'?s?(?:\s+day)?", y => new LocalDate(y, 4, 1)),
        (@"\bearth\s+day", y => new LocalDate(y, 4, 22)),
        (
            @"劳动节|五一(?:节|(?=[之以]?[前后]|假|放|回|出|\s|$))|\b(?:international\s+)?workers'?\s+day|\bmay\s+day",
            y => new LocalDate(y, 5, 1)
        ),
        (@"青年节|五四(?:青年)?节", y => new LocalDate(y, 5, 4)),
        (@"儿童节|六一(?:儿童)?节|六一(?=[之以]?前)|\bchildren'?s\s+day", y => new LocalDate(y, 6, 1)),
        (@"建党节|七一(?=[之以]?前)", y => new LocalDate(y, 7, 1)),
        (@"\bindependence\s+day", y => new LocalDate(y, 7, 4)),
        (@"建军节|八一(?=[之以]?前)", y => new LocalDate(y, 8, 1)),
        (@"教师节|\bteachers?'?s?\s+day", y => new LocalDate(y, 9, 10)),
        (
            @"国庆(?:节)?|(?<![一二三四五六七八九])十一(?=[之以]?前|假期|长假|黄金周)|\bnational\s+day",
            y => new LocalDate(y, 10, 1)
        ),
        (@"万圣节(?:前夜)?|\bhalloween", y => new LocalDate(y, 10, 31)),
        (@"光棍节|双十一|双11|\bsingles'?\s+day", y => new LocalDate(y, 11, 11)),
        (@"双十二|双12", y => new LocalDate(y, 12, 12)),
        (@"\b(?:martin\s+luther\s+king|mlk)(?:\s+jr\.?)?\s+day", y => Calendar.Nth(y, 1, 3, 1)),
        (@"\bpresidents?'?\s+day", y => Calendar.Nth(y, 2, 3, 1)),
        (@"母亲节|\bmother'?s?\s+day", y => Calendar.Nth(y, 5, 2, 7)),
        (@"父亲节|\bfather'?s?\s+day", y => Calendar.Nth(y, 6, 3, 7)),
        (@"\bmemorial\s+day", y => Calendar.Nth(y, 5, -1, 1)),
        (@"\blabou?r\s+day", y => Calendar.Nth(y, 9, 1, 1)),
        (@"\bblack\s+friday", y => Calendar.Nth(y, 11, 4, 4)?.PlusDays(1)),
        (@"\bcyber\s+monday", y => Calendar.Nth(y, 11, 4, 4)?.PlusDays(4)),
        (@"感恩节|\bthanks\s?giving(?:\s+day)?", y => Calendar.Nth(y, 11, 4, 4)),
        (@"\bgood\s+friday", y => Easter(y).PlusDays(-2)),
        (@"\beaster\s+monday", y => Easter(y).PlusDays(1)),
        (@"复活节|\beaster(?:\s+sunday)?(?!\s+egg)", y => Easter(y)),
    ];

    /// <summary>Each holiday's name is a group h0, h1 …; a year may stand on either side.</summary>
    public static readonly Regex Pattern = new(
        @"(?<marked>(?<=\b(?:on|by|before|until|for|at|due|from|after|of)\s{1,2}(?:the\s)?))?(?:(?:(?<y>\d{4})年?|(?<w>今|明|后)年)\s*的?)?(?:\b(?:next|following|coming|this)\s+)?(?:"
            + string.Join('|', Table.Select((h, i) => $"(?<h{i}>{h.Words})"))
            + @")(?![a-z])(?:假期?|长假)?(?:,?\s+(?:of\s+|in\s+)?(?:(?<y>(?:19|20)\d\d)\b(?!\s*[:-])|(?<w>next)\s+year\b))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    );

    public static Hit? Read(Match match, LocalDate today)
    {
        var holiday = Enumerable.Range(0, Table.Length).First(i => match.Groups["h" + i].Success);
        var of = Table[holiday].Of;
        // Christmas cards are no deadline.
        var confidence =
            char.IsAscii(match.Value[^1]) && match.Index > 0 && !match.Groups["marked"].Success ? 0.6 : 0.9;
        if (Named(match, today) is { } year)
            return Hit.Day(Valid(year) ? of(year) : null, confidence);
        var next = Valid(today.Year + 1)
            ? of(today.Year) is { } date && date >= today
                ? date
                : of(today.Year + 1)
            : null;
        return Hit.Day(next, confidence);
    }

    /// <summary>A day of the Chinese calendar; null where it is none that .NET knows.</summary>
    public static LocalDate? Lunar(int year, int month, int day)
    {
        if (year is < 1902 or > 2099 || month is < 1 or > 12 || day < 1)
            return null;
        var leap = Chinese.GetLeapMonth(year);
        var index = leap > 0 && month >= leap ? month + 1 : month;
        return day <= Chinese.GetDaysInMonth(year, index)
            ? LocalDate.FromDateTime(Chinese.ToDateTime(year, index, day, 0, 0, 0, 0))
            : null;
    }

    /// <summary>Without a year: the next such day.</summary>
    public static LocalDate? LunarNext(int month, int day, LocalDate today)
    {
        for (var year = today.Year - 1; year <= today.Year + 1; year++)
            if (Lunar(year, month, day) is { } date && date >= today)
                return date;
        return null;
    }

    private static int? Named(Match match, LocalDate today) =>
        match.Groups["w"].Value switch
        {
            "今" => today.Year,
            "明" or "next" => today.Year + 1,
            "后" => today.Year + 2,
            _ => Numbers.Read(match.Groups["y"].Value),
        };

    private static bool Valid(int year) => year is > 1582 and < 9000;

    /// <summary>The sun's longitude of 15°, by the usual formula of the 21st century.</summary>
    private static LocalDate? Qingming(int year) =>
        year is >= 2000 and <= 2099
            ? new LocalDate(year, 4, (int)((year - 2000) * 0.2422 + 4.81) - (year - 2000) / 4)
            : Calendar.Of(year, 4, 5);

    /// <summary>The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).</summary>
    private static LocalDate Easter(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        var l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        var m = (a + 11 * h + 22 * l) / 451;
        var n = h + l - 7 * m + 114;
        return new LocalDate(year, n / 31, n % 31 + 1);
    }
}
