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

    /// <summary>放学, end of the last lesson.</summary>
    School,

    /// <summary>下班, close of business.</summary>
    Work,

    /// <summary>EOD: 23:59.</summary>
    EndOfDay,
}

/// <summary>
/// Phrases that are a time of day. The text is in lower case, in simplified characters, its figures ASCII.
/// </summary>
internal static partial class Times
{
    private const double Sure = 0.9;
    private const double Open = 0.6;

    public static readonly (Regex Pattern, Func<Match, Hit?> Read)[] Rules =
    [
        (Clock(), ReadClock),
        (ChineseClock(), ReadClock),
        (ChineseTo(), m => Before(m, Numbers.Read(m.Groups["h"].Value), Minutes(m))),
        (EnglishClock(), ReadClock),
        (EnglishWords(), ReadClock),
        (EnglishPast(), ReadPast),
        (BareHour(), m => ReadClock(m) is { } hit ? hit with { Bare = true } : null),
        (ChinesePart(), m => new Hit(Sort.Part, 0.75) { Part = PartOf(m.Groups["p"].Value) }),
        (EnglishPart(), m => new Hit(Sort.Part, 0.75) { Part = PartOf(m.Groups["p"].Value) }),
    ];

    /// <summary>When a part of the day is over for somebody who has to be done by then.</summary>
    public static LocalTime Of(DayPart part) =>
        part switch
        {
            DayPart.Night => new LocalTime(5, 59),
            DayPart.Morning => new LocalTime(9, 0),
            DayPart.Noon => new LocalTime(12, 0),
            DayPart.Afternoon or DayPart.Work => new LocalTime(18, 0),
            DayPart.School => new LocalTime(17, 0),
            DayPart.Midnight => LocalTime.Midnight,
            DayPart.EndOfDay => new LocalTime(23, 59),
            _ => new LocalTime(21, 0),
        };

    private static Hit? ReadClock(Match match)
    {
        var part = PartOf(match.Groups["p"].Value);
        var hour = Numbers.Read(match.Groups["h"].Value);
        var minute =
            match.Groups["half"].Success ? 30
            : match.Groups["q"].Success ? Numbers.Read(match.Groups["q"].Value) * 15
            : match.Groups["m"].Success ? Numbers.Read(match.Groups["m"].Value.TrimStart('零')) ?? 0
            : 0;
        if (hour is null or > 24 || minute is null or > 59)
            return null;
        // 06:30 is written as clocks of 24 hours show it.
        if (part == DayPart.None && match.Groups["h"].Value is ['0', _])
            part = DayPart.Night;
        if (match.Groups["ap"].Success)
            part = match.Groups["ap"].Value is "p" ? DayPart.Afternoon : DayPart.Night;
        return new Hit(Sort.Clock, part == DayPart.None && hour is > 0 and <= 12 ? 0.8 : Sure)
        {
            Part = part,
            Hour = hour,
            Minute = minute.Value,
            Bare = match.Groups["bare"].Success && part == DayPart.None,
        };
    }

    private static Hit? ReadPast(Match match)
    {
        var hour = Numbers.Read(match.Groups["h"].Value);
        if (match.Groups["to"].Success)
            return Before(match, hour, Minutes(match));
        return hour is > 24
            ? null
            : new Hit(Sort.Clock, 0.8)
            {
                Part = HalfOf(match, hour),
                Hour = hour,
                Minute = Minutes(match),
            };
    }

    private static Hit? Before(Match match, int? hour, int minutes) =>
        hour is null or 0 or > 24 || minutes is 0 or > 59
            ? null
            : new Hit(Sort.Clock, 0.8)
            {
                Part = HalfOf(match, hour),
                Hour = hour == 1 ? 12 : hour - 1,
                Minute = 60 - minutes,
            };

    /// <summary>A quarter to seven is guessed as seven is.</summary>
    private static DayPart HalfOf(Match match, int? hour) =>
        match.Groups["ap"].Value switch
        {
            "p" => DayPart.Afternoon,
            "a" => DayPart.Night,
            _ when PartOf(match.Groups["p"].Value) is var part && part != DayPart.None => part,
            _ => match.Groups["to"].Success && hour == 7 ? DayPart.Morning : DayPart.None,
        };

    private static int Minutes(Match match) =>
        match.Groups["mn"].Value switch
        {
            "half" => 30,
            var three when three.StartsWith("three q", StringComparison.Ordinal) => 45,
            var quarter when quarter.Contains("quarter", StringComparison.Ordinal) => 15,
            "一刻" => 15,
            var words => Numbers.Read(words) ?? 0,
        };

    private static DayPart PartOf(string word) =>
        word.Replace("-", "", StringComparison.Ordinal).Replace("mid ", "mid", StringComparison.Ordinal) switch
        {
            "" => DayPart.None,
            "凌晨" => DayPart.Night,
            "中午" or "正午" or "午间" or "noon" or "midday" or "lunch" or "lunchtime" => DayPart.Noon,
            "半夜" or "午夜" or "midnight" => DayPart.Midnight,
            "下午" or "午后" or "下昼" or "晏昼" or "傍晚" or "afternoon" => DayPart.Afternoon,
            "放学" => DayPart.School,
            "下班" or "cob" or "close of business" or "close of play" => DayPart.Work,
            "eod" or "end of day" or "end of the day" => DayPart.EndOfDay,
            _ when word[0] is '早' or '清' or '上' or '一' or '朝' or '大' or 'm' => DayPart.Morning,
            _ => DayPart.Evening,
        };

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const string Parts =
        @"凌晨|清晨|早晨|早上(?!好)|大清早|一大早|一早|早间|朝早|上午(?!好)|中午|正午|午间|午后|下午(?![好茶])|下昼|晏昼|傍晚|晚上(?!好)|晚间|夜晚|夜里|夜间|深夜|半夜|午夜|放学|下班(?!车)|(?<=[今明后听日天一二三四五六末号])[晚早朝夜](?![会饭餐自点报])";

    private const string Hour = @"\d{1,2}|[零一二两三四五六七八九十廿]{1,3}";

    private const string Half = @"(?:\s*(?<ap>[ap])\s?\.?\s?m\b\.?|(?<=\d)(?<ap>[ap])\b)";

    private const string HourWord =
        @"(?:eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|ten|one|two|three|four|five|six|seven|eight|nine)";

    private const string MinuteWord =
        @"(?:oh?[\s-](?:one|two|three|four|five|six|seven|eight|nine)|" + Numbers.Words + ")";

    [GeneratedRegex(
        @"(?:(?<p>"
            + Parts
            + @"|[早晚](?=\d))[\s的]*)?(?:(?<=\d{4}[:.])|(?<![\d/]|\d[:.]))(?<h>\d{1,2}):(?<m>[0-5]\d)(?::\d\d)?(?![\d:])(?:"
            + Half
            + ")?",
        Options
    )]
    private static partial Regex Clock();

    [GeneratedRegex(
        @"(?:(?<p>"
            + Parts
            + @"|[早晚](?=[\d一二两三四五六七八九十]))[\s的]*)?(?:(?<=(?:周|期|拜)[一二三四五六日天1-7])|(?<=\d)(?=[零一二两三四五六七八九十])|(?<![\d零一二两三四五六七八九十第几有]))(?<!周|期|拜)(?!一点(?<=(?<![今明后])[早晚快慢多少]一点)(?![半\d整钟一三零]))(?<h>"
            + Hour
            + @")\s*"
            + @"(?:[点时](?:(?<half>半)|(?<q>[一三])刻|过?(?<m>\d{1,2}|[零一二三四五六七八九十]{1,3})(?:分(?!钟)|(?![\d个页道题章篇本张次遍份分人天点])))|点钟|[点时][整正]|(?<bare>点(?![\d心半刻名评击赞]|建议|意见|总结|要[求点]|问题|原因|内容|说明|体会|感[想受]|理由|共)|时(?![间候光期代尚长段事刻装])))"
            + @"(?:[零一二三四五六七八九十\d]{1,3}秒)?(?:"
            + Half
            + @")?|(?:(?<p>"
            + Parts
            + @")\s*)?(?<![\d零一二两三四五六七八九十第几有/:.-])(?<bare>)(?<h>"
            + Hour
            + @")(?=\s*[-–~到至]\s*(?:"
            + Hour
            + @")[点时](?![间候光])|\s*[-–~到至]\s*(?:"
            + Parts
            + @")(?:"
            + Hour
            + @")[点时:])|(?<p>[早晚])(?<h>[七八九十])(?![点时一二三四五六七八九十\d:])",
        Options
    )]
    private static partial Regex ChineseClock();

    [GeneratedRegex(
        @"(?:(?<p>"
            + Parts
            + @")[\s的]*)?差(?<mn>一刻|\d{1,2}分?|[一二三四五六七八九十]{1,3}分?)钟?(?<h>"
            + Hour
            + ")点",
        Options
    )]
    private static partial Regex ChineseTo();

    [GeneratedRegex(
        @"(?<![\d:.$/])(?<h>\d{1,2})(?:\s?[.h]\s?(?<m>[0-5]\d)|(?<m>[0-5]\d))?(?:\.?"
            + Half
            + @"(?:[ap]m)?|\s+o\s?['’]?\s?clock)"
            + @"|(?<=\b(?:at|by|around|about|until|till|before|from|to|between|and)\s{1,2})(?<h>\d{1,2})\s?[.h]\s?(?<m>[0-5]\d)(?!\d|\.\d)|\b(?<h>\d{1,2})\s?h\s?(?<m>[0-5]\d)\b"
            + @"|\b(?<h>0\d|1\d|2[0-3])(?<m>[0-5]\d)\s?(?:hrs|hours|h)\b|\b(?<h>\d{1,2})ampm\b",
        Options
    )]
    private static partial Regex EnglishClock();

    [GeneratedRegex(
        @"\b(?<h>"
            + HourWord
            + @")(?:[\s-](?<m>"
            + MinuteWord
            + @"))?\b(?:\s+minutes?)?\s*(?:(?<ap>[ap])\s?\.?\s?m\b\.?|o\s?['’]?\s?clock\b)"
            + @"|(?<bare>)\b(?<h>"
            + HourWord
            + @")[\s-](?<m>"
            + MinuteWord
            + @")\b(?:\s+minutes?\b)?(?!\s*(?:hours?|days?|weeks?|months?|years?))",
        Options
    )]
    private static partial Regex EnglishWords();

    [GeneratedRegex(
        @"\b(?<mn>half|three\s+quarters|(?:a\s+)?quarter|\d{1,2}|"
            + Numbers.Words
            + @")(?:\s*min(?:ute)?s?)?\s+(?:past|after(?=\s+\d{1,2}\b|\s+"
            + HourWord
            + @"\b)|(?<to>to|before)(?<=(?:quarter|min(?:ute)?s?|five|ten|twenty)\s+(?:to|before)))\s+(?<h>\d{1,2}(?![:/\d])|"
            + HourWord
            + @")(?:"
            + Half
            + @"|\b)(?:\s+o\s?['’]?\s?clock\b)?(?!\s*(?:days?|weeks?|months?))",
        Options
    )]
    private static partial Regex EnglishPast();

    [GeneratedRegex(
        @"(?<![\d:/.$-])(?<h>\d{1,2})(?::(?<m>[0-5]\d))?(?=\s*(?:[-–~]|to|until|till|through|and)\s*\d{1,2}(?:[:.][0-5]\d)?\s?[ap]\.?\s?m\b)"
            + @"|(?<=(?:[ap]\s?\.?m\b\.?|[^\d:]\d{1,2}:[0-5]\d)\s*(?:[-–~]|to|until|till|through|and)\s{0,2})(?<h>\d{1,2})(?!\d|[:/.%]\d|\s?[ap]\.?m)"
            + @"|(?<=\b(?:from|between)\s{1,2})(?<h>\d{1,2})(?=\s*(?:[-–~]|to|until|till|and)\s*\d{1,2}\b(?![/-]))|(?<=\b(?:from|between)\s{1,2}\d{1,2}(?::\d\d)?\s*(?:[-–~]|to|until|till|and)\s{0,2})(?<h>\d{1,2})(?!\d|[:/.%]\d)"
            + @"|(?:(?<=\b(?:at|around|about|circa|by|before|until|till|@)\s{0,2})|(?<=\b(?:tomorrow|tmrw?|today|tonight|@)\s{0,2}))(?<!\d\s?)(?<h>\d{1,2}|"
            + HourWord
            + @"\b)(?:-?ish)?(?!\d|[:/%.-]\d|\s?(?:%|st\b|nd\b|rd\b|th\b|"
            + HourWord
            + @"|pages?|people|units?|chapters?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?))"
            + @"|\b(?<h>\d{1,2}|"
            + HourWord
            + @")(?=\s*,?\s*(?:this|in\s+the|at)\s+(?:early\s+|late\s+)?(?:morning|afternoon|evening|night)\b|\s*,?\s*tonight\b)|\b(?<h>\d{1,2})-?ish\b"
            + @"|(?<=(?:morning|afternoon|evening|night)\s{1,2})(?<h>\d{1,2})(?=\s*$)",
        Options
    )]
    private static partial Regex BareHour();

    [GeneratedRegex(@"(?<p>" + Parts + ")", Options)]
    private static partial Regex ChinesePart();

    [GeneratedRegex(
        @"(?:\b(?:in|during)\s+the\s+|\bat\s+(?=mid|night|noon|lunch))?\b(?:(?:early|late|mid|12)[\s-]*)?(?<p>morning|afternoon|evening|mid[\s-]?night|noon(?=ish|\b)|mid[\s-]?day|lunchtime|lunch(?=\s+(?:1[12]|12|today|tomorrow))"
            + @"|night(?<=\b(?:at|the|this|tomorrow|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|wed|thu|thurs|fri|sat|sun)\s{1,3}night))(?:ish)?s?\b"
            + @"|\b(?:(?:at\s+)?(?:the\s+)?(?<p>eod|cob|end\s+of\s+(?:the\s+)?day|close\s+of\s+(?:business|play)))\b",
        Options
    )]
    private static partial Regex EnglishPart();
}
