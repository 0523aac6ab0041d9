using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>Study plans as people write them on one line. Pure.</summary>
internal static partial class DemoDrafts
{
    private const int UsualDays = 13;
    private const int NameMax = 64;
    private const int ItemsMax = 50;

    /// <summary>Arguments of create_plan; null: a name or the items are missing.</summary>
    public static JsonObject? Plan(string text, DateOnly today)
    {
        var (head, list) = Split(text);
        if (list is null || Name(head) is not { Length: > 0 and <= NameMax } name)
            return null;
        var items = Items(list);
        if (items.Count == 0)
            return null;
        var dates = DemoDates.Find(Not().Replace(head.Replace(name, "", StringComparison.Ordinal), ""), today);
        var (from, to) = dates switch
        {
            [] => (today, today.AddDays(UsualDays)),
            [{ Whole: true } week] => (week.From < today ? today : week.From, week.To),
            [var only] => (today, only.To),
            _ => (dates[0].From, dates[^1].To),
        };
        var draft = new JsonObject
        {
            ["name"] = name,
            ["start_date"] = DemoPlanner.Iso(from),
            ["end_date"] = DemoPlanner.Iso(to),
            ["items"] = items,
        };
        if (ExcludedDays(text) is { Count: > 0 } days)
            draft["excluded_days"] = days;
        if (Rapid().IsMatch(text))
            draft["strategy"] = "rapid";
        return draft;
    }

    /// <summary>Arguments of update_plan without the plan; null: nothing that could change is named.</summary>
    public static JsonObject? Edit(string text, DateOnly today)
    {
        var edit = new JsonObject();
        if (ExcludedDays(text) is { Count: > 0 } days)
            edit["excluded_days"] = days;
        if (Extend().IsMatch(text) && DemoDates.Find(text, today) is { Count: > 0 } dates)
            edit["end_date"] = DemoPlanner.Iso(dates[^1].To);
        if (Add().IsMatch(text) && Split(text).List is { } list && Items(list) is { Count: > 0 } items)
            edit["add_items"] = items;
        if (Rename().Match(text) is { Success: true } named)
            edit["name"] = named.Groups[1].Value.Trim();
        return edit.Count > 0 ? edit : null;
    }

    public static JsonArray ExcludedDays(string text)
    {
        JsonArray days = [];
        foreach (Match not in Not().Matches(text))
        foreach (var day in DemoDates.Find(not.Value, new DateOnly(2026, 1, 5)))
            for (var date = day.From; date <= day.To; date = date.AddDays(1))
                days.Add(((int)date.DayOfWeek + 6) % 7 + 1);
        return days;
    }

    private static (string Head, string? List) Split(string text)
    {
        var at = text.IndexOfAny(['：', ':']);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static string? Name(string head)
    {
        if (Quoted().Match(head) is { Success: true } quoted)
            return quoted.Groups.Values.Skip(1).First(g => g.Success).Value.Trim();
        return After().Match(head) is { Success: true } after ? after.Groups[1].Value.Trim() : null;
    }

    /// <summary>"第一章(3节)" or "chapter 1 (3 sections)" has a length of its own.</summary>
    private static JsonArray Items(string list)
    {
        JsonArray items = [];
        foreach (
            var part in Parts()
                .Split(list)
                .Select(p => p.Trim(' ', '。', '.', '；'))
                .Where(p => p.Length > 0)
                .Take(ItemsMax)
        )
        {
            var length = Length().Match(part);
            var item = new JsonObject { ["content"] = length.Success ? part[..length.Index].Trim() : part };
            if (length.Success)
                item["sections"] = int.Parse(length.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            items.Add(item);
        }
        return items;
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex("「([^」]+)」|“([^”]+)”|\"([^\"]+)\"|《([^》]+)》")]
    private static partial Regex Quoted();

    [GeneratedRegex(
        @"(?:计划|plan)\s*(?:叫|called|named)?\s*([^，,。]+?)\s*(?:，|,|从|到|from\b|until\b|to\b|$)",
        Options
    )]
    private static partial Regex After();

    [GeneratedRegex(@"[、，,;；\n]|\band\b")]
    private static partial Regex Parts();

    [GeneratedRegex(@"[（(]\s*([1-4])\s*(?:节|sections?)\s*[)）]\s*$", Options)]
    private static partial Regex Length();

    [GeneratedRegex(
        @"(不要?|别)排?(在)?((周|星期|礼拜)[一二三四五六日天末]([、和,，]?(周|星期|礼拜)?[一二三四五六日天末])*)|\b(no|not\s+on|avoid|exclude|except)\s+[^.:;,]{3,40}",
        Options
    )]
    private static partial Regex Not();

    [GeneratedRegex(@"尽快|越快越好|\b(rapid|asap|as\s+soon\s+as\s+possible)\b", Options)]
    private static partial Regex Rapid();

    [GeneratedRegex(@"延长|\bextend\b", Options)]
    private static partial Regex Extend();

    [GeneratedRegex(@"(加|添)(上|一)?[一两]?[项条]|\badd\b", Options)]
    private static partial Regex Add();

    [GeneratedRegex(@"(?:改名(?:为|叫|成)|rename\b.{1,60}\bto)\s*[「“""]?([^」”""]{1,64})", Options)]
    private static partial Regex Rename();
}
