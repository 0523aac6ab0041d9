using System.Text;
using System.Text.RegularExpressions;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>The words around a task: "remind me to", 前, by, 紧急; and the title that is left without them.</summary>
internal static partial class Wording
{
    private const int PrefixRounds = 8;

    // Connecting words stand beside a date: a long text is not searched again for every date in it.
    private const int Near = 32;
    private static readonly char[] LooseEnds = [' ', '\t', '\r', '\n', '　', ',', '，', '。', ';', '；', ':', '：', '!', '！', '、', '-', '.'];

    /// <summary>Full-width ASCII to ASCII; the length stays.</summary>
    public static string Narrow(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            span[i] = source[i] is >= '！' and <= '～' ? (char)(source[i] - '！' + '!') : source[i] == '　' ? ' ' : source[i];
    });

    public static Urgency UrgencyOf(string text) =>
        Urgent().IsMatch(text) ? Urgency.Urgent
        : Aside().IsMatch(text) ? Urgency.Aside
        : Whenever().IsMatch(text) ? Urgency.Whenever
        : Urgency.Unsaid;

    public static bool MarksDeadline(string text, Span span) =>
        AfterDeadline().IsMatch(After(text, span)) || BeforeDeadline().IsMatch(Before(text, span));

    /// <summary>There are words of a date or a deadline, be they ones that the rules cannot read: 端午节前, before the exams.</summary>
    public static bool SpeaksOfTime(string text) => TimeWords().IsMatch(text);

    /// <summary>Spans with their connecting words, joined where nothing but a connector stands between them.</summary>
    public static IReadOnlyList<Span> Join(string text, IReadOnlyList<Span> spans)
    {
        var plain = Narrow(text);
        List<Span> joined = [];
        foreach (var span in spans.OrderBy(s => s.Start).Select(s => Widen(plain, s)))
            if (joined.Count > 0 && Between().IsMatch(plain[Math.Min(joined[^1].End, span.Start)..span.Start]))
                joined[^1] = new Span(joined[^1].Start, Math.Max(joined[^1].End, span.End) - joined[^1].Start);
            else
                joined.Add(span);
        return joined;
    }

    /// <summary>The text without the spans, the request around it and loose punctuation.</summary>
    public static string Title(string text, IReadOnlyList<Span> remove)
    {
        var rest = new StringBuilder();
        var at = 0;
        foreach (var span in remove)
        {
            rest.Append(text, at, span.Start - at).Append(Spacer(text, span));
            at = span.End;
        }
        var title = rest.Append(text, at, text.Length - at).ToString();
        title = Trim(Spaces().Replace(title, " "));
        for (var round = 0; round < PrefixRounds && Prefix().Match(title) is { Success: true, Length: > 0 } match; round++)
            title = Trim(title[match.Length..]);
        title = Trim(Suffix().Replace(title, ""));
        return title.Length > 0 ? title : Trim(Spaces().Replace(text, " "));
    }

    private static string Trim(string text) => text.Trim(LooseEnds);

    /// <summary>Words on both sides need a space where a phrase between them goes.</summary>
    private static string Spacer(string text, Span span) =>
        span.Start > 0 && span.End < text.Length && char.IsAscii(text[span.Start - 1]) && char.IsAscii(text[span.End]) ? " " : "";

    private static Span Widen(string text, Span span)
    {
        var start = span.Start - LeftConnector().Match(Before(text, span)).Length;
        var end = span.End + RightConnector().Match(After(text, span)).Length;
        return new Span(start, end - start);
    }

    private static string Before(string text, Span span) => text[Math.Max(0, span.Start - Near)..span.Start];

    private static string After(string text, Span span) => text[span.End..Math.Min(text.Length, span.End + Near)];

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^\s*(?:之前|以前|前(?![端台面后置景提往])|截止|以内|之内)", Options)]
    private static partial Regex AfterDeadline();

    [GeneratedRegex(@"(?:\b(?:by|before|until|till|due(?:\s+on)?)|截止到?|赶在)\s*$", Options)]
    private static partial Regex BeforeDeadline();

    [GeneratedRegex(@"(?:(?:\b(?:on|by|before|until|till|due|at|for|from)\s+)+|(?:截止到?|赶在|在|于|到)\s*)$", Options)]
    private static partial Regex LeftConnector();

    [GeneratedRegex(@"^\s*(?:(?:之前|以前|前(?![端台面后置景提往])|以内|之内|内(?![容部存])|截止|的时候)\s*)?(?:就|的)?", Options)]
    private static partial Regex RightConnector();

    [GeneratedRegex(@"^[\s,，的T]*(?:at)?\s*$", Options)]
    private static partial Regex Between();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(
        @"^(?:请(?![假客教])|麻烦你?|拜托你?|帮我|给我|替我|提醒我(?:一下)?|提醒一下|提醒(?=[:：])|记得(?![住牢])|(?:别|不要)忘(?:了|记)?"
        + @"|(?:记|记录|添加|新建|创建|新增|加|建|设|设置|安排)(?:一下|下|上)?(?:一[个条项]|[个条项])?新?的?(?:待办事项|待办|任务|提醒|备忘)|记(?:一下|下来|一笔|下)"
        + @"|(?:待办(?:事项)?|任务)[:：]|我(?:要|得|需要|必须|还要|应该)|要(?![点素求么是领])|(?:紧急|urgent|asap)\s*[:：,，!！]"
        + @"|(?:please|kindly|hey|(?:can|could|would|will)\s+you|remind\s+me(?:\s+(?:to|that|about|of))?|remember\s+to|don['’]?t\s+(?:let\s+me\s+)?forget(?:\s+(?:to|about))?"
        + @"|(?:add|create|make|set|new)(?:\s+me)?(?:\s+an?)?(?:\s+new)?\s+(?:task|to-?do|reminder)(?:\s+item)?(?:\s+(?:to|for|that))?|i\s+(?:need|have|want|ought)\s+to|i\s+(?:must|should)|to)\b"
        + @"|(?:to-?do|task|note(?:\s+to\s+self)?)\s*:)[\s,，:：]*", Options)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"(?:[\s,，。]*(?:请|记得|要)?提醒我(?:一下)?|[\s,，]+(?:asap|urgent(?:ly)?|紧急|尽快|please|at the latest))+$", Options)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"(?<![不没])紧急|尽快|马上|立刻|立即|加急|(?<!\bnot\s)\burgent(?:ly)?\b|\basap\b|\bimmediately\b|\bright away\b", Options)]
    private static partial Regex Urgent();

    [GeneratedRegex(@"顺便|顺手|顺路|\bwhile\s+(?:i['’]?m|you['’]?re)\s+at\s+it\b|\bby the way\b", Options)]
    private static partial Regex Aside();

    [GeneratedRegex(@"有空|有时间|闲下来|空闲|不着?急|不紧急|\bwhenever\b|\bsome\s?day\b|\bsometime\b|\bno (?:rush|hurry)\b|\bnot urgent\b|\b(?:when|if) i have time\b", Options)]
    private static partial Regex Whenever();

    [GeneratedRegex(
        @"之前|以前|截止|到期|过后|之后|以后|[月周年节假天末]前|[周月年学]期?[初中末底]|周[一二三四五六日天末]?|星期|礼拜|[春暑寒]假|(?<=[春秋阳午国庆元旦诞])节|国庆|元旦|除夕|\d\s*[号月日]"
        + @"|\b(?:by|before|until|till|due|deadline|next|this|coming|end\s+of|week|weekend|month|semester|term|holidays?|christmas|easter|new\s+year|tonight|morning|evening)\b", Options)]
    private static partial Regex TimeWords();
}
