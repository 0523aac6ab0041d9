using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>What the offline model says about a week, in the language of the request.</summary>
internal static class DemoTexts
{
    private const string AskZh = "你说的是哪一个？";
    private const string AskEn = "Which one do you mean?";
    private const int ListMax = 12;
    private static readonly string[] DaysZh = ["", "周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    private static readonly string[] DaysEn = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>A text of ours that waits for an answer: what comes next belongs to the same request.</summary>
    public static bool IsQuestion(string text) =>
        text.Contains(AskZh, StringComparison.Ordinal) || text.Contains(AskEn, StringComparison.Ordinal);

    public static string Which(IEnumerable<JsonObject> blocks, bool zh) =>
        $"{(zh ? AskZh : AskEn)}\n\n{Numbered(blocks.Select(b => Block(b, zh)))}";

    public static string Which(bool zh) => zh ? $"{AskZh}请说出名字。" : $"{AskEn} Please name it.";

    public static string Blocks(IEnumerable<JsonObject> blocks, bool zh)
    {
        var all = blocks.ToList();
        if (all.Count == 0)
            return zh ? "没有安排。" : "Nothing is planned.";
        var more =
            all.Count > ListMax
                ? zh
                    ? $"\n\n还有 {all.Count - ListMax} 个，见周历。"
                    : $"\n\n{all.Count - ListMax} more are in the week."
                : "";
        return Numbered(all.Take(ListMax).Select(b => Block(b, zh))) + more;
    }

    public static string Block(JsonObject b, bool zh)
    {
        var marks = new StringBuilder();
        if (b["missed"] is not null)
            marks.Append(zh ? "（没完成）" : " (not done)");
        if (b["locked"] is not null)
            marks.Append(zh ? "（已锁定）" : " (locked)");
        if (b["conflict"] is not null)
            marks.Append(zh ? "（有冲突）" : " (in conflict)");
        return $"{Slot(b, zh)} {b["title"]}{marks}";
    }

    public static string Slot(JsonObject at, bool zh)
    {
        if (at["section_from"] is null)
            return zh ? $"{Day(at, zh)} {at["time"]}" : $"{Day(at, zh)}, {at["time"]}:";
        var (from, to) = ((int)at["section_from"]!, (int)at["section_to"]!);
        var sections = from == to ? $"{from}" : $"{from}–{to}";
        return zh ? $"{Day(at, zh)} 第{sections}节" : $"{Day(at, zh)}, sections {sections}:";
    }

    public static string Day(JsonObject at, bool zh)
    {
        var date = DateOnly.ParseExact((string)at["date"]!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var day = ((int)date.DayOfWeek + 6) % 7 + 1;
        return zh
            ? $"{date.Month}月{date.Day}日{DaysZh[day]}"
            : string.Create(CultureInfo.InvariantCulture, $"{DaysEn[day]} {date:d MMM}");
    }

    public static string Free(JsonObject answer, bool zh)
    {
        var text = new StringBuilder();
        foreach (var day in answer["days"]!.AsArray().OfType<JsonObject>())
        {
            var runs = day["runs"]!.AsArray().OfType<JsonObject>().ToList();
            var free = runs.Where(r => r["fits"] is not null)
                .Select(r =>
                    $"{Sections(r, zh)} ({r["time"]})"
                    + (
                        r["title"] is null ? ""
                        : zh ? $"，在《{r["title"]}》里"
                        : $", inside {r["title"]}"
                    )
                );
            var taken = runs.Where(r => r["fits"] is null && (string)r["state"]! is not ("past" or "free"))
                .Select(r => $"{Sections(r, zh)} {Why(r, zh)}");
            var (open, busy) = (string.Join(zh ? "、" : ", ", free), string.Join(zh ? "；" : "; ", taken));
            text.Append("- **").Append(Day(day, zh)).Append("**").Append(zh ? "：" : ": ");
            text.Append(
                open.Length > 0 ? open
                : zh ? "没有空"
                : "nothing free"
            );
            if (busy.Length > 0)
                text.Append(zh ? "。不空：" : ". Not free: ").Append(busy);
            text.Append('\n');
        }
        return text.Length == 0
            ? zh
                ? "这些日期不在学期内。"
                : "These dates lie outside the term."
            : text.ToString().TrimEnd();
    }

    public static string Sections(JsonObject run, bool zh)
    {
        var (from, to) = ((int)run["section_from"]!, (int)run["section_to"]!);
        var sections = from == to ? $"{from}" : $"{from}–{to}";
        return zh ? $"第{sections}节" : $"sections {sections}";
    }

    /// <summary>Why something was refused, by its rule and what is in the way.</summary>
    public static string Refused(JsonObject answer, bool zh)
    {
        var names = string.Join(
            zh ? "、" : ", ",
            ((answer["blocks"] ?? answer["conflicts"]) as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(b => (string?)b["title"])
                .Distinct()
        );
        return ((string?)answer["rule"], zh) switch
        {
            ("overlap" or "in_the_way", true) => $"那里已经有「{names}」。",
            ("overlap" or "in_the_way", _) => $"{names} is there already.",
            ("crosses_filler", true) => $"必须整块放在「{names}」里面或外面。",
            ("crosses_filler", _) => $"It has to lie entirely inside {names}, or outside it.",
            ("filler_taken", true) => $"那门课里已经嵌了「{names}」。",
            ("filler_taken", _) => $"That course holds {names} already.",
            ("order", true) => $"这样会打乱计划内的顺序：{names}。",
            ("order", _) => $"This would turn the order of the plan around: {names}.",
            ("locked", true) => "它已锁定，先说「解锁」。",
            ("locked", _) => "It is locked: say \"unlock\" first.",
            ("version" or "stale", true) => "周历刚刚变了，请再说一次。",
            ("version" or "stale", _) => "The week has just changed. Please say it again.",
            (_, true) => $"做不了：{answer["detail"]}",
            _ => $"{answer["detail"]}",
        };
    }

    public static string Health(JsonObject answer, bool zh)
    {
        var (m, issues) = (answer["metrics"]!.AsObject(), answer["issues"]!.AsArray().OfType<JsonObject>().ToList());
        var text = new StringBuilder(
            zh
                ? $"学习 {m["study_sections"]} 节，课程 {m["course_sections"]} 节，之后还空 {m["free_sections"]} 节；上午 {m["morning"]}、下午 {m["afternoon"]}、晚上 {m["evening"]}；科目切换 {m["switches"]} 次。"
                : $"Study {m["study_sections"]}, courses {m["course_sections"]}, still free {m["free_sections"]} sections; morning {m["morning"]}, afternoon {m["afternoon"]}, evening {m["evening"]}; {m["switches"]} switches."
        );
        if (issues.Count == 0)
            return text.Append(zh ? "没有发现问题。" : " No issues.").ToString();
        text.Append("\n\n").Append(Numbered(issues.Take(ListMax).Select(i => Issue(i, zh))));
        return text.ToString();
    }

    public static string Numbered(IEnumerable<string> lines) =>
        string.Join('\n', lines.Select((l, i) => $"{i + 1}. {l}"));

    private static string Why(JsonObject run, bool zh) =>
        (string)run["state"]! switch
        {
            "course" => zh ? $"有课《{run["title"]}》" : $"course {run["title"]}",
            "event" => zh ? $"有活动「{run["title"]}」" : $"your event {run["title"]}",
            "study" => zh ? $"已安排「{run["title"]}」" : $"{run["title"]}",
            "filler" => zh ? $"《{run["title"]}》里太短" : $"too short inside {run["title"]}",
            "holiday" => zh ? $"放假 {run["title"]}" : $"day off {run["title"]}",
            "excluded_day" => zh ? "计划不排这天" : "a day that the plan leaves out",
            "excluded_pair" => zh ? "计划不排这几节" : "sections that the plan leaves out",
            "outside_hours" => zh ? $"你说过「{run["title"]}」" : $"you said: {run["title"]}",
            "outside_dates" => zh ? "在计划日期之外" : "outside the plan's dates",
            _ => (string)run["state"]!,
        };

    private static string Issue(JsonObject i, bool zh)
    {
        var severity = (string)i["severity"]! switch
        {
            "high" => zh ? "【严重】" : "[high] ",
            "medium" => zh ? "【注意】" : "[medium] ",
            _ => zh ? "【提示】" : "[low] ",
        };
        var (title, date, sections) = (i["title"], i["date"] is null ? "" : Day(i, zh), i["sections"]);
        var what = ((string)i["kind"]!, zh) switch
        {
            ("conflict", true) => $"「{title}」{date} 和别的安排冲突，移开它",
            ("conflict", _) => $"{title} on {date} is in conflict: move it",
            ("missed", true) => $"「{title}」{date} 没完成，重新安排",
            ("missed", _) => $"{title} on {date} was not done: schedule it again",
            ("after_deadline", true) => $"「{title}」排在截止之后，提前它",
            ("after_deadline", _) => $"{title} stands after its deadline: move it earlier",
            ("does_not_fit", true) => $"计划「{title}」还差 {sections} 节放不下，延长日期",
            ("does_not_fit", _) => $"the plan {title} lacks {sections} sections: extend it",
            ("unplaced", true) => $"计划「{title}」还有 {sections} 节没排，说「把{title}排进周历」",
            ("unplaced", _) => $"{sections} sections of {title} have no place: say \"schedule {title}\"",
            ("task_without_place", true) => $"紧急任务「{title}」还没安排时间",
            ("task_without_place", _) => $"the urgent task {title} has no place",
            ("overloaded_day", true) => $"{date} 学习 {sections} 节，太满",
            ("overloaded_day", _) => $"{date} has {sections} sections of study: too many",
            (_, true) => $"{date} 科目切换 {sections} 次",
            _ => $"{date} switches {sections} times between plans",
        };
        return severity + what;
    }
}
