using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SmartFlow.Llm.Providers.Demo.Planning;

namespace SmartFlow.Llm.Providers.Demo.Remembering;

/// <summary>What of a message is worth knowing later, by rules for short sentences in Chinese and English.</summary>
internal static partial class DemoMemory
{
    private const int TitleMax = 30,
        ContentMax = 150,
        ItemsMax = 5,
        Day = 1_440;

    /// <summary>The answer to the schema named memory.</summary>
    /// <param name="envelope">{"message", "known": [{"n", "title", "content"}]}.</param>
    public static string Extract(string envelope)
    {
        var asked = JsonNode.Parse(envelope)!.AsObject();
        var known = (asked["known"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var items = Of(asked["message"]!.GetValue<string>(), known);
        return new JsonObject { ["items"] = new JsonArray([.. items.Take(ItemsMax)]) }.ToJsonString(DemoRouting.Json);
    }

    /// <summary>
    /// What the message says about its author; empty: nothing. Nothing else is wanted of it where it is a statement.
    /// </summary>
    public static IReadOnlyList<string> Titles(string message) => [.. Of(message, []).Select(i => (string)i["title"]!)];

    public static bool IsStatement(string message) =>
        !Wants().IsMatch(message) && (Titles(message).Count > 0 || Clauses(message).Any(TakesBack));

    private static List<JsonObject> Of(string message, IReadOnlyList<JsonObject> known)
    {
        var items = new List<JsonObject>();
        // What a plan is to be like is said of that plan, unless it is said for good.
        var ofPlan =
            DemoIntents.Of(message) != DemoIntent.None && !Habit().IsMatch(message) && !Short().IsMatch(message);
        if (ofPlan)
            return items;
        foreach (var clause in Clauses(message))
            if (TakesBack(clause))
            {
                if (Best(clause, known) is { } gone)
                    items.Add(Delete(clause, gone));
            }
            else if (Item(clause) is { } item)
                items.Add(item);
        return items;
    }

    private static bool TakesBack(string clause) => Back().IsMatch(clause);

    private static JsonObject? Item(string clause)
    {
        var zh = Chinese().IsMatch(clause);
        var sure = !Hedge().IsMatch(clause);
        if (Once().IsMatch(clause))
            return null;
        var hours = DemoHours.Of(clause);
        if (hours is not null && Never().IsMatch(clause) && (hours.TimesNamed || Studies().IsMatch(clause)))
            return Make("constraint", TitleOf(hours, forbidden: true, zh), clause, 5, sure, Hours("forbidden", hours));
        if (hours is { TimesNamed: true } && Likes().IsMatch(clause) && !Dislikes().IsMatch(clause))
            return Make("preference", TitleOf(hours, forbidden: false, zh), clause, 3, sure, Hours("preferred", hours));
        if (Likes().IsMatch(clause) || Dislikes().IsMatch(clause))
            return Make("preference", Cut(clause, TitleMax), clause, 3, sure, null);
        return Fact().IsMatch(clause) ? Make("fact", Cut(clause, TitleMax), clause, 2, sure, null) : null;
    }

    private static JsonObject Make(
        string type,
        string title,
        string clause,
        int importance,
        bool sure,
        JsonObject? hours
    ) =>
        new()
        {
            ["operation"] = "add",
            ["known"] = null,
            ["type"] = type,
            ["title"] = title,
            ["content"] = Cut(clause, ContentMax),
            ["confidence"] = sure ? 0.9 : 0.6,
            ["importance"] = importance,
            ["explicit"] = sure,
            ["ttl_days"] = Term().IsMatch(clause) ? 120 : null,
            ["hours"] = hours,
        };

    private static JsonObject Delete(string clause, JsonObject known) =>
        new()
        {
            ["operation"] = "delete",
            ["known"] = known["n"]!.DeepClone(),
            ["type"] = known["type"]!.DeepClone(),
            ["title"] = known["title"]!.DeepClone(),
            ["content"] = Cut(clause, ContentMax),
            ["confidence"] = 0.9,
            ["importance"] = 3,
            ["explicit"] = true,
            ["ttl_days"] = null,
            ["hours"] = null,
        };

    private static JsonObject Hours(string kind, DemoHours hours) =>
        new()
        {
            ["kind"] = kind,
            ["days"] = new JsonArray([.. Days(hours.Days).Select(d => (JsonNode)d)]),
            ["from"] = Clock(hours.From),
            ["to"] = Clock(hours.To),
        };

    private static string TitleOf(DemoHours hours, bool forbidden, bool zh)
    {
        var days =
            !hours.DaysNamed ? ""
            : zh ? "周" + string.Join('、', Days(hours.Days).Select(d => "一二三四五六日"[d - 1]))
            : string.Join(", ", Days(hours.Days).Select(d => DaysEn[d]));
        var times =
            !hours.TimesNamed ? ""
            : Part(hours, zh) is { } part ? part
            : hours.To == Day
                ? zh ? $"{Clock(hours.From)} 后"
                    : $"after {Clock(hours.From)}"
            : hours.From == 0
                ? zh ? $"{Clock(hours.To)} 前"
                    : $"before {Clock(hours.To)}"
            : $"{Clock(hours.From)}–{Clock(hours.To)}";
        if (zh)
            return $"{(forbidden ? "" : "喜欢")}{days}{(days.Length > 0 && times.Length > 0 ? " " : "")}{times}{(forbidden ? "不学习" : "学习")}";
        return $"{(forbidden ? "No study" : "Prefers")} {(times.Length == 0 ? "on " : "")}{(times.Length > 0 ? times + (days.Length > 0 ? " on " : "") : "")}{days}";
    }

    private static string? Part(DemoHours hours, bool zh) =>
        (hours.From, hours.To) switch
        {
            (360, 720) => zh ? "早上" : "mornings",
            (720, 1_080) => zh ? "下午" : "afternoons",
            (1_080, Day) => zh ? "晚上" : "evenings",
            _ => null,
        };

    /// <summary>The known item that shares most with the clause.</summary>
    private static JsonObject? Best(string clause, IReadOnlyList<JsonObject> known)
    {
        var asked = Terms(clause);
        var best = known
            .Select(k => (Item: k, Shared: Terms($"{k["title"]} {k["content"]}").Count(asked.Contains)))
            .OrderByDescending(k => k.Shared)
            .FirstOrDefault();
        return best.Shared >= 2 ? best.Item : null;
    }

    private static HashSet<string> Terms(string text)
    {
        var terms = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match word in Word().Matches(text))
            if (word.Value[0] < 0x4e00)
                terms.Add(word.Value.TrimEnd('s', 'S'));
            else
                for (var i = 0; i + 1 < word.Length; i++)
                    terms.Add(word.Value.Substring(i, 2));
        return terms;
    }

    /// <summary>What others wrote stands in quotes and says nothing about the author; a question neither.</summary>
    private static IEnumerable<string> Clauses(string message) =>
        Clause()
            .Matches(Quoted().Replace(message, " "))
            .Select(m => m.Value.Trim())
            .Where(c => c.Length > 1 && !Question().IsMatch(c))
            .Select(c => c.TrimEnd('。', '！', '!', '.', '；', ';', '，', ',').Trim());

    private static IEnumerable<int> Days(int mask) => Enumerable.Range(1, 7).Where(d => (mask >> d - 1 & 1) != 0);

    private static string Clock(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static readonly string[] DaysEn =
    [
        "",
        "Mondays",
        "Tuesdays",
        "Wednesdays",
        "Thursdays",
        "Fridays",
        "Saturdays",
        "Sundays",
    ];

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Chinese();

    [GeneratedRegex(@"「[^」]*」|『[^』]*』|“[^”]*”|《[^》]*》|""[^""]*""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[^。！？!?；;，,\n]+(?:\.(?=\d)[^。！？!?；;，,\n]*)*[。！？!?；;，,]?")]
    private static partial Regex Clause();

    [GeneratedRegex(
        @"[?？]\s*$|[吗呢]\s*$|^\W*(how|why|what|when|where|who|which|do|does|is|are|can|could|should)\b|^(怎么|如何|为什么|什么)",
        Options
    )]
    private static partial Regex Question();

    [GeneratedRegex(
        @"帮我|替我|提醒|把.+(排|移|放|改)|请(你)?(新建|创建|安排)|(?<!\b(never|don'?t|not)\s+)\b(schedule|move|put|create|remind|show|cancel|swap|extend)\b",
        Options
    )]
    private static partial Regex Wants();

    [GeneratedRegex(
        @"以后|今后|从今|从现在|永远|总是|一直|一律|平时|每天|每周|\b(always|never|from\s+now\s+on|in\s+general|usually)\b",
        Options
    )]
    private static partial Regex Habit();

    [GeneratedRegex(@"^\W*(no|never|not)\b[^,.:;\n]{1,30}[.!]?\s*$", Options)]
    private static partial Regex Short();

    [GeneratedRegex(
        @"今天|明天|后天|今晚|明晚|(这|本|下|上)个?(周|星期|礼拜|月)|\d+\s*[月号]|\b(today|tomorrow|tonight|(this|next|last)\s+(week|month|mon|tues|wednes|thurs|fri|satur|sun)\w*)\b",
        Options
    )]
    private static partial Regex Once();

    [GeneratedRegex(
        @"别|不要|不想|不学|不排|不安排|不看书|不复习|不能|不可以|不工作|勿|没法|休息|睡觉|\b(never|no|not|nothing|don'?t|do\s+not|can'?t|cannot|won'?t|avoid)\b",
        Options
    )]
    private static partial Regex Never();

    [GeneratedRegex(
        @"学|排|看书|复习|工作|休息|任务|\b(study\w*|schedul\w*|plan\w*|work\w*|learn\w*|no|never|not)\b",
        Options
    )]
    private static partial Regex Studies();

    [GeneratedRegex(
        @"喜欢|偏好|更愿意|习惯|最好.{0,8}(学|排)|效率(最|更)高|状态最好|\bi\s+(really\s+|usually\s+)?(prefer|like|love|enjoy)\b|\bi\s+(study|work|learn)\s+best\b|\b(morning|night)\s+person\b|\bprefer\b",
        Options
    )]
    private static partial Regex Likes();

    [GeneratedRegex(@"不喜欢|讨厌|受不了|\bi\s+(hate|dislike|do\s+not\s+like|don'?t\s+like)\b", Options)]
    private static partial Regex Dislikes();

    [GeneratedRegex(
        @"^我(是|在读|读|就读|学的是|主修|叫)(?!说|想|不是|问|觉得|要).{1,40}|^我的(专业|名字|学校|年级|目标|生日).{0,4}(是|叫).{1,40}|^\W*(i'?m|i\s+am)\s+(a|an|in\s+my)\s+\w+|^\W*my\s+(name|major|goal|school|university|exam|degree|birthday)\s+is\s+|^\W*(please\s+)?call\s+me\s+\w+|^\W*i\s+(study|major\s+in)\s+\w+",
        Options
    )]
    private static partial Regex Fact();

    [GeneratedRegex(@"可能|也许|好像|大概|似乎|\b(maybe|perhaps|probably|i\s+think|i\s+guess|sort\s+of)\b", Options)]
    private static partial Regex Hedge();

    [GeneratedRegex(
        @"不再|(?<![别不没勿]|不要|没有)忘(了|掉|记)(?!带)|别再记|(后|前|末|[一二三四五六日天]|上|午).{0,6}可以(排|学|安排)(了|啦)?|(?<!(don'?t|not|never)\s+)\bforget\s+(that|about|what|my)\b|\bno\s+longer\b|\bany\s*more\b|\bis\s+(fine|ok|okay)\s+(now|again)\b|\bnow\s+fine\b",
        Options
    )]
    private static partial Regex Back();

    [GeneratedRegex(@"(这|本)个?学期|\bthis\s+(term|semester)\b", Options)]
    private static partial Regex Term();

    [GeneratedRegex(@"[\u4e00-\u9fff]+|[a-z]{3,}|\d+", Options)]
    private static partial Regex Word();
}
