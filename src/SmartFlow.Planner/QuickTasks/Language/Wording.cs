using System.Text;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>The words around a task: "remind me to", 前, by, 紧急; and the title that is left without them.</summary>
internal static partial class Wording
{
    private const int PrefixRounds = 8;

    // Connecting words stand beside a date: a long text is not searched again for every date in it.
    private const int Near = 32;
    private static readonly char[] LooseEnds =
    [
        ' ',
        '\t',
        '\r',
        '\n',
        '　',
        ',',
        '，',
        '。',
        ';',
        '；',
        ':',
        '：',
        '!',
        '！',
        '、',
        '-',
        '.',
    ];

    private const string Traditional =
        "週禮點號後個內兩鐘時間這節晝聽誕國慶陽農曆舊過當從學來勞動婦兒師萬聖復親樹軍黨陰臘課飯會隨雙單頭傍幾歲開終樓線館緊儘馬門連給記別請幫";
    private const string Simplified =
        "周礼点号后个内两钟时间这节昼听诞国庆阳农历旧过当从学来劳动妇儿师万圣复亲树军党阴腊课饭会随双单头傍几岁开终楼线馆紧尽马门连给记别请帮";

    /// <summary>
    /// Full-width ASCII as ASCII, capitals as small letters, traditional characters of time as simplified; the length
    /// stays.
    /// </summary>
    public static string Plain(string text) => string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                span[i] = source[i] switch
                {
                    >= '！' and <= '～' and var c => char.ToLowerInvariant((char)(c - '！' + '!')),
                    '　' or '\u00a0' => ' ',
                    '’' or '‘' => '\'',
                    < '\u2e80' and var c => char.ToLowerInvariant(c),
                    var c => Traditional.IndexOf(c) is >= 0 and var at ? Simplified[at] : c,
                };
        });

    public static Urgency UrgencyOf(string text) =>
        Urgent().IsMatch(text) ? Urgency.Urgent
        : Aside().IsMatch(text) ? Urgency.Aside
        : Whenever().IsMatch(text) ? Urgency.Whenever
        : Urgency.Unsaid;

    public static bool MarksDeadline(string text, Span span) =>
        AfterDeadline().IsMatch(After(text, span)) || BeforeDeadline().IsMatch(Before(text, span));

    /// <summary>
    /// There are words of a date or a deadline, be they ones that the rules cannot read: 端午节前, before the exams.
    /// </summary>
    public static bool SpeaksOfTime(string text) => TimeWords().IsMatch(text);

    /// <summary>
    /// A digit or a word of a date stands beside the spans that were read. 第3章, HW2 and 5页 are no dates.
    /// </summary>
    public static bool LeavesTime(string plain, IReadOnlyList<Span> read)
    {
        var rest = plain.ToCharArray();
        foreach (var span in read)
            Array.Fill(rest, '|', span.Start, span.Length);
        return Leftover().IsMatch(Counted().Replace(new string(rest), " "));
    }

    /// <summary>Spans with their connecting words, joined where nothing but a connector stands between them.</summary>
    public static IReadOnlyList<Span> Join(string plain, IReadOnlyList<Span> spans)
    {
        List<Span> joined = [];
        foreach (var span in spans.OrderBy(s => s.Start).Select(s => Widen(plain, s)))
            if (joined.Count > 0 && Between().IsMatch(plain[Math.Min(joined[^1].End, span.Start)..span.Start]))
                joined[^1] = new Span(joined[^1].Start, Math.Max(joined[^1].End, span.End) - joined[^1].Start);
            else
                joined.Add(span);
        return joined;
    }

    /// <summary>The text without the spans, the request around it and loose punctuation.</summary>
    public static string Title(string text, string plain, IReadOnlyList<Span> remove)
    {
        var rest = new StringBuilder();
        var at = 0;
        foreach (var span in remove)
        {
            rest.Append(text, at, span.Start - at).Append(Spacer(plain, span));
            at = span.End;
        }
        var title = rest.Append(text, at, text.Length - at).ToString();
        title = Trim(Spaces().Replace(title, " "));
        for (
            var round = 0;
            round < PrefixRounds && Prefix().Match(title) is { Success: true, Length: > 0 } match;
            round++
        )
            title = Trim(title[match.Length..]);
        title = Trim(Suffix().Replace(title, ""));
        return title.Length > 0 ? title : Trim(Spaces().Replace(text, " "));
    }

    private static string Trim(string text) => text.Trim(LooseEnds);

    /// <summary>Words on both sides need a space where a phrase between them goes.</summary>
    private static string Spacer(string text, Span span) =>
        span.Start > 0 && span.End < text.Length && char.IsAscii(text[span.Start - 1]) && char.IsAscii(text[span.End])
            ? " "
            : "";

    private static Span Widen(string text, Span span)
    {
        var start = span.Start - LeftConnector().Match(Before(text, span)).Length;
        var end = span.End + RightConnector().Match(After(text, span)).Length;
        return new Span(start, end - start);
    }

    private static string Before(string text, Span span) => text[Math.Max(0, span.Start - Near)..span.Start];

    private static string After(string text, Span span) => text[span.End..Math.Min(text.Length, span.End + Near)];

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^[\s)]*(?:之前|以前|前(?![端台面后置景提往])|截止|以内|之内|为止)", Options)]
    private static partial Regex AfterDeadline();

    [GeneratedRegex(
        @"(?:\b(?:by|before|until|till|due(?:\s+on)?|deadline:?)|截止(?:日期|时间|到)?[:是为\s]*|ddl[:是为\s]*|赶在)\s*$",
        Options
    )]
    private static partial Regex BeforeDeadline();

    [GeneratedRegex(
        @"(?:(?:\b(?:on|by|before|until|till|due|at|for|from|between|around|about|no\s+later\s+than|the|end\s+of|deadline:?)\s+)+|(?:截止(?:日期|时间|到)?[:是为\s]*|ddl[:是为\s]*|赶在|最晚|最迟|大约|在|于|到|从|约)+\s*)$|[(\[]$",
        Options
    )]
    private static partial Regex LeftConnector();

    [GeneratedRegex(
        @"^[\s)\]]*(?:(?:之前|以前|前(?![端台面后置景提往])|以内|之内|内(?![容部存])|截止|为止|的时候|左右)\s*)?(?:就|的)?",
        Options
    )]
    private static partial Regex RightConnector();

    [GeneratedRegex(@"^[\s,，的t~\-–—到至]*(?:(?:at|to|until|till|and|through)\b)?\s*$", Options)]
    private static partial Regex Between();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(
        @"^(?:请(?![假客教])|麻烦你?|拜托你?|帮我|给我|替我|提醒我(?:一下)?|提醒一下|提醒(?=[:：])|记得(?![住牢])|(?:别|不要)忘(?:了|记)?"
            + @"|(?:记|记录|添加|新建|创建|新增|加|建|设|设置|安排)(?:一下|下|上)?(?:一[个条项]|[个条项])?新?的?(?:待办事项|待办|任务|提醒|备忘)|记(?:一下|下来|一笔|下)"
            + @"|(?:待办(?:事项)?|任务)[:：]|我(?:要|得|需要|必须|还要|应该)|要(?![点素求么是领])|(?:紧急|urgent|asap)\s*[:：,，!！]"
            + @"|(?:please|kindly|hey|(?:can|could|would|will)\s+you|remind\s+me(?:\s+(?:to|that|about|of))?|remember\s+to|don['’]?t\s+(?:let\s+me\s+)?forget(?:\s+(?:to|about))?"
            + @"|(?:add|create|make|set|new)(?:\s+me)?(?:\s+an?)?(?:\s+new)?\s+(?:task|to-?do|reminder)(?:\s+item)?(?:\s+(?:to|for|that))?|i\s+(?:need|have|want|ought)\s+to|i\s+(?:must|should)|to)\b"
            + @"|(?:to-?do|task|note(?:\s+to\s+self)?)\s*:)[\s,，:：]*",
        Options
    )]
    private static partial Regex Prefix();

    [GeneratedRegex(
        @"(?:[\s,，。]*(?:请|记得|要)?提醒我(?:一下)?|[\s,，]+(?:asap|urgent(?:ly)?|紧急|尽快|please|at the latest))+$",
        Options
    )]
    private static partial Regex Suffix();

    [GeneratedRegex(
        @"(?<![不没])紧急|尽快|马上|立刻|立即|加急|(?<!\bnot\s)\burgent(?:ly)?\b|\basap\b|\bimmediately\b|\bright away\b",
        Options
    )]
    private static partial Regex Urgent();

    [GeneratedRegex(@"顺便|顺手|顺路|\bwhile\s+(?:i['’]?m|you['’]?re)\s+at\s+it\b|\bby the way\b", Options)]
    private static partial Regex Aside();

    [GeneratedRegex(
        @"有空|有时间|闲下来|空闲|不着?急|不紧急|\bwhenever\b|\bsome\s?day\b|\bsometime\b|\bno (?:rush|hurry)\b|\bnot urgent\b|\b(?:when|if) i have time\b",
        Options
    )]
    private static partial Regex Whenever();

    [GeneratedRegex(
        @"之前|以前|截止|到期|过后|之后|以后|[月周年节假天末课睡饭试考会]前|[课学班]后|[周月年学]期?[初中末底]|周[一二三四五六日天末]?|星期|礼拜|[春暑寒]假|(?<=[春秋阳午国庆元旦诞])节|这两天|工作日|国庆|元旦|除夕|\d\s*[号月日]"
            + @"|\b(?:by|before|until|till|due|deadline|next|this|coming|end\s+of|week|weekend|month|semester|term|holidays?|tonight|(?:january|february|april|june|july|august|september|october|november|december)|morning|evening)\b",
        Options
    )]
    private static partial Regex TimeWords();

    [GeneratedRegex(
        @"(?:[a-z]+[-_]?|第|no\.\s*|#|\b(?:chapters?|pages?|exercises?|sections?|lessons?|units?|problems?|questions?|lab|labs|assignment|homework|hw|quiz|set|part|room|book|volume|lecture|level|grade|week)\s+)\d+(?:\.\d+)*(?:\s*(?:-|,|to|and|&|、|到|至)\s*\d+)*"
            + @"|\d+(?:\.\d+)?\s*(?:[个道题页章本篇遍组份名字元块楼室班级条张杯瓶斤人%]|节|公里|千字|单词|km\b|kg\b|pages?\b|words?\b|units?\b|chapters?\b|questions?\b|problems?\b|people\b|times\b|credits?\b)",
        Options
    )]
    private static partial Regex Counted();

    [GeneratedRegex(
        @"\d|(?:周|星期|礼拜)[一二三四五六日天末]|[今明后昨前][天日晚早]|上午|下午|早上|晚上|凌晨|中午|傍晚|月[底初末]|[上下本这]个?(?:周|星期|礼拜|月)|[一二两三四五六七八九十]+(?:点(?![心评])|号|日)|[零半]点|小时|分钟|[天周月年]后|[每隔][天周月年日]|[课试假会][之以]?前|期末|上课|节课|这两天|\|[之以]?后"
            + @"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|april|june|july|august|september|october|november|december)\b"
            + @"|\b(?:today|tomorrow|tonight|yesterday|noon|midnight|morning|afternoon|evening|o'?clock|[ap]m|weekends?|every|daily|ago|before|until|till|hours?|minutes?|weeks?)\b|\bafter\s+next\b|\b(?:this|next|last|past|after|since)\s+\||\b(?:next|last|this|following|previous)\s+(?:day|week|month|year|term|semester)\b",
        Options
    )]
    private static partial Regex Leftover();
}
