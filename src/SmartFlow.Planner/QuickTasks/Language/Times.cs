using System.Text.RegularExpressions;
using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

internal enum DayPart
{
    None,
    Night,
    Morning,
    Noon,
    Afternoon,
    Evening,
    Midnight,
}

/// <summary>A phrase that is a time of day. The hour is as written, or null where only a part of the day is named.</summary>
internal readonly record struct TimeHit(Span Span, DayPart Part, int? Hour, int Minute)
{
    /// <summary>The time meant on that day; <paramref name="days"/> is 1 for "12 at night".</summary>
    public LocalTime Resolve(LocalDateTime now, LocalDate date, out int days, out double confidence)
    {
        days = 0;
        confidence = Part == DayPart.None ? 0.8 : 0.9;
        if (Hour is not { } hour)
        {
            confidence = 0.75;
            days = Part == DayPart.Midnight ? 1 : 0;
            return Times.Of(Part);
        }
        var meant = Part switch
        {
            DayPart.Night => hour == 12 ? 0 : hour,
            DayPart.Noon => hour < 6 ? hour + 12 : hour,
            DayPart.Afternoon => hour < 12 ? hour + 12 : hour,
            DayPart.Evening => hour < 5 || hour == 12 ? hour % 12 + 24 : hour < 12 ? hour + 12 : hour,
            DayPart.Midnight => hour < 6 || hour == 12 ? hour % 12 + 24 : hour < 12 ? hour + 12 : hour,
            DayPart.Morning => hour,
            _ => Guess(hour, now, date, ref confidence),
        };
        days = meant / 24;
        return new LocalTime(meant % 24, Minute);
    }

    /// <summary>Nobody said morning or evening: 1 to 6 is the afternoon, and what has passed today is twelve hours on.</summary>
    private int Guess(int hour, LocalDateTime now, LocalDate date, ref double confidence)
    {
        if (hour is 0 or > 12) return hour;
        if (hour < 7)
        {
            confidence = 0.6;
            return hour + 12;
        }
        if (hour < 12 && date == now.Date && new LocalTime(hour, Minute) <= now.TimeOfDay)
        {
            confidence = Sentence.Sure;
            return hour + 12;
        }
        return hour;
    }
}

/// <summary>Finds the time of day in a text.</summary>
internal static partial class Times
{
    public static readonly LocalTime Evening = new(21, 0);

    /// <summary>When a part of the day is over for somebody who has to be done by then.</summary>
    public static LocalTime Of(DayPart part) => part switch
    {
        DayPart.Night => new LocalTime(6, 0),
        DayPart.Morning => new LocalTime(9, 0),
        DayPart.Noon => new LocalTime(12, 0),
        DayPart.Afternoon => new LocalTime(18, 0),
        DayPart.Midnight => LocalTime.Midnight,
        _ => Evening,
    };

    /// <summary>
    /// The time that stands nearest to the date, or the first. 3点 or "at 3" alone counts only beside a date
    /// (<paramref name="allowBare"/>): 写三点总结 is no time.
    /// </summary>
    public static TimeHit? Find(string text, Span? date, bool allowBare)
    {
        var best = default(TimeHit?);
        foreach (var pattern in (Regex[])[Clock(), ChineseClock(), EnglishClock(), Part()])
            foreach (Match match in pattern.Matches(text))
                if (Read(match) is { } hit && (allowBare || !Bare(match)) && !hit.Span.Overlaps(date ?? default) && Nearer(hit, best, date))
                    best = hit;
        return best;
    }

    private static bool Bare(Match match) => match.Groups["bare"].Success && !match.Groups["p"].Success;

    /// <summary>The earlier pattern wins a tie, so that 下午3点 is not read as 下午 alone.</summary>
    private static bool Nearer(TimeHit hit, TimeHit? best, Span? date)
    {
        if (best is not { } other) return true;
        if (other.Span.Overlaps(hit.Span)) return false;
        return date is { } day ? Distance(hit.Span, day) < Distance(other.Span, day) : hit.Span.Start < other.Span.Start && other.Hour is null;
    }

    private static int Distance(Span a, Span b) => Math.Max(0, Math.Max(a.Start - b.End, b.Start - a.End));

    private static TimeHit? Read(Match match)
    {
        var span = new Span(match.Index, match.Length);
        var part = PartOf(match.Groups["p"].Value.ToLowerInvariant());
        if (!match.Groups["h"].Success) return new TimeHit(span, part, null, 0);
        var hour = Numbers.Read(match.Groups["h"].Value);
        var minute = match.Groups["half"].Success ? 30
            : match.Groups["q"].Success ? Numbers.Read(match.Groups["q"].Value) * 15
            : match.Groups["m"].Success ? Numbers.Read(match.Groups["m"].Value) : 0;
        if (hour is null or > 24 || minute is null or > 59) return null;
        // 06:30 is written as clocks of 24 hours show it.
        if (part == DayPart.None && match.Groups["h"].Value is ['0', _]) part = DayPart.Morning;
        if (match.Groups["ap"].Success) (part, hour) = TwelveHours(match.Groups["ap"].Value, hour.Value);
        return new TimeHit(span, part, hour, minute.Value);
    }

    private static (DayPart Part, int Hour) TwelveHours(string mark, int hour) =>
        mark[0] is 'p' or 'P' ? (DayPart.Afternoon, hour) : (DayPart.Night, hour);

    private static DayPart PartOf(string word) => word switch
    {
        "" => DayPart.None,
        "凌晨" or "清晨" => DayPart.Night,
        "早" or "早上" or "早晨" or "上午" or "morning" => DayPart.Morning,
        "中午" or "noon" or "midday" => DayPart.Noon,
        "午后" or "下午" or "傍晚" or "afternoon" => DayPart.Afternoon,
        "半夜" or "夜里" or "午夜" or "midnight" => DayPart.Midnight,
        _ => DayPart.Evening,
    };

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string Parts = @"凌晨|清晨|早晨|早上(?!好)|上午(?!好)|中午|午后|下午(?![好茶])|傍晚|晚上(?!好)|夜里|半夜|午夜|(?<=[今明后])[晚早]";

    [GeneratedRegex(@"(?:(?<p>" + Parts + @"|[早晚](?=\d))\s*)?(?<![\d:/.\-])(?<h>\d{1,2}):(?<m>[0-5]\d)(?::\d\d)?(?:\s*(?<ap>[ap])\.?m\b\.?)?(?![\d:])", Options)]
    private static partial Regex Clock();

    [GeneratedRegex(@"(?:(?<p>" + Parts + @"|[早晚](?=[\d一二两三四五六七八九十]))\s*)?(?<![\d一二两三四五六七八九十第几有])(?<!(?<![今明后])早)(?<h>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点钟|點鐘|点整|[点點](?:(?<half>半)|(?<q>[一三])刻|(?<m>\d{1,2}|[零〇一二三四五六七八九十]{2,3})(?:分(?!钟)|(?![\d个页道题章篇本张次遍份分])))|(?<bare>[点點](?![\d心半刻名评击])))")]
    private static partial Regex ChineseClock();

    [GeneratedRegex(@"\b(?<h>1[0-2]|0?[1-9])\s*(?<ap>[ap])\.?m\b\.?|\bat\s+(?<bare>(?<h>1[0-2]|[1-9]))(?:\s+o'?clock)?\b(?!\s*(?:[%:/.\-]?\d|%))", Options)]
    private static partial Regex EnglishClock();

    [GeneratedRegex(@"(?<p>" + Parts + @")|\b(?:in\s+the\s+)?(?<p>morning|afternoon|evening|noon|midday|midnight)\b|(?<=\b(?:tomorrow|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\s{1,3})(?<p>night)\b", Options)]
    private static partial Regex Part();
}
