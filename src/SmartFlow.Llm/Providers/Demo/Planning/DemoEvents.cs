using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>
/// Personal events as people write them on one line: "每周三晚上社团活动", "every Friday 18:00 gym until 20 December". Pure.
/// </summary>
internal static partial class DemoEvents
{
    private const int EveningHour = 12;
    private const int UsualMinutes = 120;
    private const int DayMinutes = 24 * 60;

    /// <summary>
    /// Something that repeats and takes a time of the day; what is to be handed in or remembered is a task.
    /// </summary>
    public static bool Is(string text) =>
        Repeat().IsMatch(text) && !Due().IsMatch(text) && (Hours(text) is not null || DemoDates.Section(text).From > 0);

    /// <summary>Something to do that repeats.</summary>
    public static bool IsTask(string text) => Repeats().IsMatch(text) && ToDo().IsMatch(text);

    /// <summary>Arguments of create_event.</summary>
    public static JsonObject Draft(string text, DateOnly today, bool zh)
    {
        var repeat = Repeat().Match(text);
        var rest = text.Remove(repeat.Index, repeat.Length).Insert(repeat.Index, " ");
        var first = DemoDates.Find(Weekday().Match(repeat.Value).Value, today)[0].From;
        while (first < today)
            first = first.AddDays(7);
        var draft = new JsonObject
        {
            ["date"] = DemoPlanner.Iso(first),
            ["repeat"] = Other().IsMatch(repeat.Value) ? "biweekly" : "weekly",
        };
        if (Until().Match(rest) is { Success: true } until && DemoDates.Find(until.Value, today) is [.., var last])
        {
            draft["until"] = DemoPlanner.Iso(last.To);
            rest = rest.Remove(until.Index, until.Length);
        }
        SetTimes(draft, rest);
        var title = Fillers()
            .Replace(Clock().Replace(DaySections().Replace(Parts().Replace(rest, " "), " "), " "), " ")
            .Trim(Edges);
        draft["title"] =
            title.Length > 0 ? Blanks().Replace(title, " ")
            : zh ? "个人活动"
            : "Event";
        return draft;
    }

    private static void SetTimes(JsonObject draft, string text)
    {
        if (Hours(text) is { } hours)
        {
            (draft["starts"], draft["ends"]) = (Said(hours.Starts), Said(hours.Ends));
            return;
        }
        var (from, sections) = DemoDates.Section(text);
        (draft["section_from"], draft["section_to"]) = (from, from + (sections > 0 ? sections : 2) - 1);
    }

    /// <summary>In minutes after midnight; without an end two hours. Null: no hour is named.</summary>
    private static (int Starts, int Ends)? Hours(string text)
    {
        if (Clock().Match(text) is not { Success: true } m)
            return null;
        var late = Late().IsMatch(text) || m.Value.Contains("pm", StringComparison.OrdinalIgnoreCase);
        var starts = Minutes(m.Groups[1], m.Groups[2], late);
        var ends = m.Groups[3].Success
            ? Minutes(m.Groups[3], m.Groups[4], late)
            : Math.Min(starts + UsualMinutes, DayMinutes - 1);
        return starts < ends && ends < DayMinutes ? (starts, ends) : null;
    }

    private static int Minutes(Group hour, Group minute, bool late)
    {
        var hours = int.Parse(hour.Value, CultureInfo.InvariantCulture);
        if (late && hours < EveningHour)
            hours += EveningHour;
        var minutes =
            minute.Value is "半" ? 30
            : minute.Success ? int.Parse(minute.Value, CultureInfo.InvariantCulture)
            : 0;
        return hours * 60 + minutes;
    }

    private static string Said(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    private static readonly char[] Edges = [.. " ，,。.、：:；;!！"];
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        @"(每两个?|每隔一个?|隔|每个?)(周|星期|礼拜)的?(周|星期|礼拜)?[一二三四五六日天]|\bevery\s+(other\s+|second\s+)?(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?s?\b",
        Options
    )]
    private static partial Regex Repeat();

    [GeneratedRegex(
        @"(每|隔)[^，。,]{0,4}(周|星期|礼拜|月|天|日)|\b(every|each|monthly|daily|weekly|biweekly)\b",
        Options
    )]
    private static partial Regex Repeats();

    [GeneratedRegex(@"每两|每隔|^隔|\bother\b|\bsecond\b", Options)]
    private static partial Regex Other();

    [GeneratedRegex(
        @"(周|星期|礼拜)[一二三四五六日天]|\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b",
        Options
    )]
    private static partial Regex Weekday();

    [GeneratedRegex(
        @"提醒|记得|别忘|交|提交|截止|之前|前|\b(remind|remember|forget|hand\s+in|submit|due|by|before)\b",
        Options
    )]
    private static partial Regex Due();

    [GeneratedRegex(@"提醒|记得|别忘|交|截止|\b(remind|remember|forget|hand\s+in|submit|due|pay)\b", Options)]
    private static partial Regex ToDo();

    [GeneratedRegex(
        @"(直到|到|至)\s*(\d{4}-\d{2}-\d{2}|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?)(为止)?|\b(until|till|through)\s+[\w -]+?\d[\w-]*(\s+[a-z]+)?|\b(until|till|through)\s+[\w-]+(\s+[\w-]+)?",
        Options
    )]
    private static partial Regex Until();

    [GeneratedRegex(
        @"(\d{1,2})\s*(?:[:：点时]|(?=\s*[ap]m)|(?=\s*[-–—]\s*\d{1,2}\s*[ap]m))\s*(\d{2}|半)?\s*(?:[ap]m)?(?:\s*(?:[-–—~到至]|to)\s*(\d{1,2})\s*[:：点时]?\s*(\d{2}|半)?\s*(?:[ap]m)?)?",
        Options
    )]
    private static partial Regex Clock();

    [GeneratedRegex(@"下午|晚上|傍晚|\b(afternoon|evening|night)s?\b", Options)]
    private static partial Regex Late();

    [GeneratedRegex(
        @"上午|早上|早晨|中午|下午|晚上|傍晚|\b(in\s+the\s+)?(morning|afternoon|evening|night)s?\b",
        Options
    )]
    private static partial Regex Parts();

    [GeneratedRegex(
        @"第?[一二三四五六七八九十\d]{1,3}(\s*[-–—到至~]\s*[一二三四五六七八九十\d]{1,3})?\s*节|\bsections?\s+\d{1,2}(\s*(-|–|to)\s*\d{1,2})?",
        Options
    )]
    private static partial Regex DaySections();

    [GeneratedRegex(
        @"(帮我|请|替我|给我|新建|创建|添加|增加|加上|安排|我要|我有|我|要去|都|有)|\b(please|add|create|make|i\s+have|i\s+go\s+to|at|from|an?\s+event|event)\b",
        Options
    )]
    private static partial Regex Fillers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
