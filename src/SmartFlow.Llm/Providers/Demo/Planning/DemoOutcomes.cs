using System.Text;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>What the offline model says once a tool has answered for good.</summary>
internal static class DemoOutcomes
{
    private const string OutsideHours = "outside_hours: ";

    public const string HelpZh =
        "可以说「新建计划「线代复习」到12月20日：第一章、第二章」「把线代复习排进周历」「把第二章移到周五第3节」「明天哪些时间有空」「分析本周」。";
    public const string HelpEn =
        "Try: create a plan \"Algebra\" to 20 Dec: chapter 1, chapter 2 / schedule Algebra / move chapter 2 to Friday section 3 / when am I free tomorrow / analyse my week.";

    public static string Done(DemoStep step, bool zh)
    {
        var a = step.Answer;
        return step.Name switch
        {
            "create_plan" => zh
                ? $"已建好计划「{a["name"]}」，共 {a["items"]} 项。要排进周历就说「把{a["name"]}排进周历」。"
                : $"The plan “{a["name"]}” is made with {a["items"]} items. To give them places say \"schedule {a["name"]}\".",
            "update_plan" => zh ? $"计划「{a["name"]}」已改好。" : $"The plan “{a["name"]}” is changed.",
            "delete_plan" => zh ? $"计划「{a["name"]}」已删除。" : $"The plan “{a["name"]}” is deleted.",
            "run_scheduler" => Scheduled(a, zh),
            "cancel_course" => zh
                ? $"《{a["title"]}》已停课 {a["lessons"]} 次，那段时间空出来了。"
                : $"{a["title"]}: {a["lessons"]} lessons cancelled; that time is free now.",
            "create_event" => zh
                ? $"已记下个人活动「{a["event"]?["title"]}」：{a["when"]}。排课会避开它。"
                : $"Your event “{a["event"]?["title"]}” is in the week: {a["when"]}. Nothing will be planned on it.",
            "delete_event" => zh
                ? $"「{a["title"]}」已取消，那段时间空出来了。"
                : $"“{a["title"]}” is cancelled; that time is free now.",
            "take_suggestion" when DemoPlanner.Objects(a, "changes").Count > 0 => Changed(step, zh)
                + (zh ? "\n\n好好休息。" : "\n\nHave a good rest."),
            "complete_task" or "update_task" or "create_task" => zh
                ? $"任务「{a["task"]?["title"]}」已更新。"
                : $"The task “{a["task"]?["title"]}” is up to date.",
            _ => Changed(step, zh),
        };
    }

    public static string Overview(JsonObject answer, bool term, bool zh)
    {
        var about = answer["term"]!.AsObject();
        var week =
            about["current_week"] is null ? ""
            : zh ? $"，现在第 {about["current_week"]} 周"
            : $", week {about["current_week"]}";
        var text = new StringBuilder(
            zh
                ? $"{about["name"]}（{about["from"]} 至 {about["to"]}{week}）"
                : $"{about["name"]} ({about["from"]} to {about["to"]}{week})"
        );
        text.Append("\n\n");
        if (term)
            text.Append(
                string.Join(
                    '\n',
                    DemoPlanner
                        .Objects(answer, "weeks")
                        .Select(w =>
                            zh
                                ? $"- 第 {w["week"]} 周：课 {w["courses"]} 节，学习 {w["study"]} 节，空 {w["free"]} 节"
                                : $"- week {w["week"]}: courses {w["courses"]}, study {w["study"]}, free {w["free"]}"
                        )
                )
            );
        else
            text.Append(DemoTexts.Blocks(DemoPlanner.Objects(answer, "blocks"), zh));
        foreach (var day in DemoPlanner.Objects(answer, "days").Where(d => d["day_off"] is not null))
            text.Append(
                zh
                    ? $"\n\n{DemoTexts.Day(day, zh)} 放假：{day["day_off"]}"
                    : $"\n\n{DemoTexts.Day(day, zh)} is a day off: {day["day_off"]}"
            );
        return text.ToString();
    }

    public static string Events(IReadOnlyCollection<JsonObject> events, bool zh)
    {
        if (events.Count == 0)
            return zh
                ? "还没有个人活动。可以说「每周三晚上社团活动」。"
                : "There is no personal event yet. Try: every Friday 18:00 gym until 20 December";
        return DemoTexts.Numbered(
            events.Select(e =>
            {
                var (dates, hours) = (e["dates"]!.AsArray(), $"{e["starts"]}–{e["ends"]}");
                return zh
                    ? $"{e["title"]}：{dates[0]} {hours}，共 {dates.Count} 次"
                    : $"{e["title"]}: {dates[0]} {hours}, {dates.Count} times";
            })
        );
    }

    public static string Plans(IReadOnlyCollection<JsonObject> plans, bool zh)
    {
        if (plans.Count == 0)
            return zh
                ? "还没有学习计划。可以说「新建计划「线代复习」到12月20日：第一章、第二章」。"
                : "There is no study plan yet. Try: create a plan \"Algebra\" to 20 Dec: chapter 1, chapter 2";
        return DemoTexts.Numbered(
            plans.Select(p =>
                zh
                    ? $"{p["name"]}（{p["from"]} 至 {p["to"]}）：{p["items"]} 项，已排 {p["placed"]}，完成 {p["done"]}"
                    : $"{p["name"]} ({p["from"]} to {p["to"]}): {p["items"]} items, {p["placed"]} placed, {p["done"]} done"
            )
        );
    }

    public static string Plan(JsonObject plan, bool zh) =>
        $"{Plans([plan], zh)[3..]}\n\n"
        + DemoTexts.Numbered(
            DemoPlanner
                .Objects(plan, "items")
                .Select(i =>
                {
                    var where = i["done"] is not null
                        ? zh
                            ? "已完成"
                            : "done"
                        : i["at"] is JsonObject at
                            ? DemoTexts.Slot(at, zh).TrimEnd(':')
                            : zh
                                ? "未安排"
                                : "no place";
                    return $"{i["content"]}{(zh ? "：" : ": ")}{where}";
                })
        );

    public static string Credit(JsonObject a, bool zh) =>
        zh
            ? $"余额 {a["balance"]} Credit（运行中的请求占用 {a["held"]}）；最近 7 天用了 {a["tokens"]} 个 token。"
            : $"Your balance is {a["balance"]} Credit ({a["held"]} held by running calls); the last 7 days used {a["tokens"]} tokens.";

    private static string Scheduled(JsonObject a, bool zh)
    {
        var text = new StringBuilder(
            zh
                ? $"排好了：排入 {a["placed"]} 项，移动 {a["moved"]} 项，移出 {a["removed"]} 项。"
                : $"Done: {a["placed"]} placed, {a["moved"]} moved, {a["removed"]} taken out."
        );
        if (DemoPlanner.Objects(a, "unplaced") is { Count: > 0 } left)
            text.Append(zh ? "\n\n没有位置的：" : "\n\nWithout a place: ")
                .Append(
                    string.Join(
                        zh ? "、" : ", ",
                        left.Select(u =>
                            (string?)u["because"] is { } because
                                ? zh
                                    ? $"{u["title"]}（{because}）"
                                    : $"{u["title"]} ({because})"
                                : (string?)u["title"]
                        )
                    )
                );
        if (a["keeps_hours"] is JsonArray { Count: > 0 } hours)
            text.Append(zh ? "\n\n遵守了你说过的：" : "\n\nKept to what you said: ")
                .Append(string.Join(zh ? "、" : ", ", hours.Select(h => (string?)h)));
        return text.ToString();
    }

    private static string Changed(DemoStep step, bool zh)
    {
        var lines = DemoPlanner
            .Objects(step.Answer, "changes")
            .Select(c =>
                (c["after"], c["before"]) switch
                {
                    (JsonObject after, _) => DemoTexts.Block(after, zh),
                    (_, JsonObject before) => zh
                        ? $"{before["title"]}：已移出周历"
                        : $"{before["title"]}: taken out of the week",
                    _ => "",
                }
            );
        var text = (zh ? "已改好：\n\n" : "Done:\n\n") + DemoTexts.Numbered(lines);
        if (step.Name == "mark_not_done")
            text += zh ? "\n\n要补上就说「重新安排」。" : "\n\nTo make up for it say \"reschedule\".";
        var warnings = (step.Answer["warnings"] as JsonArray ?? []).Select(w => (string)w!).Distinct().ToList();
        foreach (
            var said in warnings
                .Where(w => w.StartsWith(OutsideHours, StringComparison.Ordinal))
                .Select(w => w[OutsideHours.Length..])
        )
            text += zh
                ? $"\n\n这和你之前说的「{said}」不一致，这次按你现在说的来。"
                : $"\n\nThis differs from what you said before ({said}); this time what you say now counts.";
        if (warnings.Exists(w => !w.StartsWith(OutsideHours, StringComparison.Ordinal)))
            text += zh ? "\n\n注意：它不符合计划的日期或时段规则。" : "\n\nNote: it does not keep a rule of its plan.";
        return text;
    }
}
