using System.Text.Json.Nodes;

namespace SmartFlow.Agent.Rounds;

/// <summary>
/// Why a step was refused, as a person reads it: by its rule and what is in the way. The model has the planner's own
/// words.
/// </summary>
internal static class WhyNot
{
    private const int NamedMax = 5;

    /// <param name="refusal">As the model is told.</param>
    /// <param name="zh">The language of the turn.</param>
    public static string Words(JsonObject refusal, bool zh)
    {
        var names = Names(refusal, zh);
        return ((string?)refusal["rule"], zh) switch
        {
            ("overlap", true) => $"那里已经有{names}。",
            ("overlap", _) => $"{names} is there already.",
            ("crosses_filler", true) => $"必须整块放在{names}里面或旁边。",
            ("crosses_filler", _) => $"It has to lie entirely inside {names}, or beside it.",
            ("filler_taken", true) => $"那门课里已经嵌了{names}。",
            ("filler_taken", _) => $"That course holds {names} already.",
            ("order", true) => $"这样会打乱计划内的顺序：{names}。",
            ("order", _) => $"This would turn the order of the plan around: {names}.",
            ("locked", true) => "它已锁定，要先解锁。",
            ("locked", _) => "It is locked. Unlock it first.",
            ("placed", true) => "它已经在周历上。",
            ("placed", _) => "It stands in the week already.",
            ("other_term", true) => "它还排在另一个学期里。",
            ("other_term", _) => "It is still to come in another term.",
            ("in_the_way", true) => "那个时间已有安排。",
            ("in_the_way", _) => "There is something at that time already.",
            ("version" or "class_version" or "task_version" or "revision" or "expired", true) =>
                "内容刚刚变了，要重新读取。",
            ("version" or "class_version" or "task_version" or "revision" or "expired", _) =>
                "It was changed meanwhile and has to be read again.",
            (_, true) => "这一步没有成功。",
            _ => "This step did not work.",
        };
    }

    private static string Names(JsonObject refusal, bool zh)
    {
        var names = (refusal["blocks"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(b => (string?)b["title"])
            .Distinct()
            .Take(NamedMax)
            .Select(title => zh ? $"「{title}」" : $"“{title}”")
            .ToList();
        if (names.Count == 0)
            return zh ? "别的安排" : "something else";
        return string.Join(zh ? "、" : ", ", names);
    }
}
