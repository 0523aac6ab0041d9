using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns;

/// <summary>What we say ourselves, in two languages: short, concrete, no blame.</summary>
internal static class Words
{
    private static readonly string[] QuadrantsZh = ["", "重要且紧急", "重要不紧急", "简单不重要", "不简单不重要"];
    private static readonly string[] QuadrantsEn =
    [
        "",
        "important and urgent",
        "important",
        "simple and unimportant",
        "not simple and unimportant",
    ];

    public static string Thinking(bool zh) => zh ? "正在理解" : "Reading";

    public static string Answering(bool zh) => zh ? "正在回答" : "Answering";

    public static string Planning(bool zh) => zh ? "正在查看和安排" : "Looking and planning";

    public static string AskBeforeChanging(bool zh) => zh ? "可以这样改，请确认。" : "I can do this. Please confirm.";

    public static string NothingChanged(bool zh) => zh ? "好的，什么都没有改。" : "All right, nothing was changed.";

    public static string TooManyRounds(bool zh) =>
        zh
            ? "这件事用了太多步骤，我先停在这里。已经做的都保留着；可以说得更具体些，再接着做。"
            : "This takes too many steps, so I stop here. What was done stays; say more precisely what is left and I go on.";

    public static string TooManyTokens(bool zh) =>
        zh
            ? "这一轮读写的内容太多，我先停在这里。已经做的都保留着，可以接着做。"
            : "This turn has read and written too much, so I stop here. What was done stays, and I can go on.";

    public static string BudgetSpent(long spentMicros, long budgetMicros, bool zh)
    {
        var (used, of) = (CreditText.Cost(spentMicros), CreditText.Have(budgetMicros));
        return zh
            ? $"这一轮已用 {used} Credit，达到每轮预算 {of} Credit，我先停在这里。已经做的都保留着，可以接着做。"
            : $"This turn has used {used} Credit, its budget is {of} Credit, so I stop here. What was done stays, and I can go on.";
    }

    public static string GoOn(bool zh) => zh ? "要接着做吗？" : "Shall I go on?";

    public static string StopHere(bool zh) => zh ? "好的，先停在这里。" : "All right, I stop here.";

    public static string AskBeforeWriting(bool zh) =>
        zh ? "我可以记下这个任务，请确认。" : "I can note this task. Please confirm.";

    public static string ConfirmTitle(bool zh) => zh ? "新建任务" : "Add a task";

    public static string Created(QuickTaskMessage task, bool zh, DateTimeZone zone)
    {
        var when =
            task.DeadlineAt is null ? ""
            : zh ? $"，{Time(task.DeadlineAt, zh, zone)} 截止"
            : $", due {Time(task.DeadlineAt, zh, zone)}";
        if (task.Repeat is { } repeat)
            when += zh ? $"，{RepeatWords.Of(repeat, zh)}重复" : $", repeats {RepeatWords.Of(repeat, zh)}";
        return zh
            ? $"已记下「{task.Title}」{when}，放在「{Quadrant(task.PriorityGroup, zh)}」。"
            : $"Noted “{task.Title}”{when}, under {Quadrant(task.PriorityGroup, zh)}.";
    }

    public static string Rejected(bool zh) =>
        zh ? "好的，没有记下。想改什么可以直接告诉我。" : "All right, nothing was noted. Tell me what to change.";

    public static string Summary(QuickTaskDraft draft, bool zh, DateTimeZone zone)
    {
        var quadrant = Quadrant(draft.PriorityGroup, zh);
        if (draft.DeadlineAt is null)
            return zh ? $"{draft.Title} · 无截止时间 · {quadrant}" : $"{draft.Title} · no deadline · {quadrant}";
        var time = Time(draft.DeadlineAt, zh, zone);
        if (draft.Repeat is { } repeat)
            return zh
                ? $"{draft.Title} · {RepeatWords.Of(repeat, zh)} · 第一次 {time} 截止 · {quadrant}"
                : $"{draft.Title} · {RepeatWords.Of(repeat, zh)} · first due {time} · {quadrant}";
        return zh ? $"{draft.Title} · {time} 截止 · {quadrant}" : $"{draft.Title} · due {time} · {quadrant}";
    }

    public static string Tasks(ListQuickTasksResponse found, Timestamp? until, bool zh, DateTimeZone zone)
    {
        var range =
            until is null ? ""
            : zh ? $"{Time(until, zh, zone)} 前"
            : $" until {Time(until, zh, zone)}";
        if (found.Total == 0)
            return zh ? $"{range}没有未完成的任务。" : $"Nothing is open{range}.";
        return Lines(zh ? $"{range}有 {found.Total} 个未完成的任务：" : $"{found.Total} open{range}:", found, zh, zone);
    }

    public static string OverdueTasks(ListQuickTasksResponse found, bool zh, DateTimeZone zone) =>
        found.Total == 0
            ? zh
                ? "没有逾期的任务。"
                : "Nothing is overdue."
            : Lines(zh ? $"有 {found.Total} 个任务逾期了：" : $"{found.Total} overdue:", found, zh, zone);

    private static string Lines(string head, ListQuickTasksResponse found, bool zh, DateTimeZone zone)
    {
        var lines = found.Items.Select(
            (task, i) =>
            {
                var due =
                    task.DeadlineAt is null ? ""
                    : zh ? $"（{Time(task.DeadlineAt, zh, zone)} 截止）"
                    : $" (due {Time(task.DeadlineAt, zh, zone)})";
                return $"{i + 1}. {task.Title}{due}";
            }
        );
        var rest = found.Total - found.Items.Count;
        var tail =
            rest <= 0 ? ""
            : zh ? $"\n\n还有 {rest} 个，见「今天」页。"
            : $"\n\n{rest} more are on the Today page.";
        return $"{head}\n\n{string.Join('\n', lines)}{tail}";
    }

    /// <summary>
    /// A refusal for a person. The numbers come from the refusal; every other code has its fixed words.
    /// </summary>
    public static string Refusal(RefusedException refusal, bool zh)
    {
        if (!zh)
            return refusal.Message;
        if (refusal.Code == ErrorCodes.InsufficientCredit)
            return Insufficient(refusal);
        return refusal.Code.Code switch
        {
            "unknown_model" => "没有这个模型，请换一个。",
            "price_missing" => "这个模型还没有价格，暂时不能用。请联系管理员。",
            "provider_failed" => "模型服务出错，这次没有答成。消息还在，可以再发一次。",
            "provider_timeout" => "回答太慢，已经结束。消息还在，可以再发一次。",
            "limit_reached" => "已达到用量上限，请等到重新计数后再试。",
            "rate_limited" => "请求太多，请稍等再试。",
            "unavailable" => "部分服务暂时连不上，请稍后再试。消息还在。",
            "internal" => "我们这边出了问题。消息还在，可以再发一次。",
            "conflict" => "现在做不了：" + refusal.Message,
            _ => refusal.Message,
        };
    }

    public static string Time(Timestamp time, bool zh, DateTimeZone zone)
    {
        var local = Instant.FromDateTimeOffset(time.ToDateTimeOffset()).InZone(zone).LocalDateTime;
        var pattern = zh ? "M'月'd'日' HH:mm" : "d MMM HH:mm";
        return LocalDateTimePattern.CreateWithInvariantCulture(pattern).Format(local);
    }

    private static string Quadrant(int group, bool zh) =>
        (zh ? QuadrantsZh : QuadrantsEn)[group is >= 1 and <= 4 ? group : 2];

    private static string Insufficient(RefusedException refusal)
    {
        if (Micros(refusal, "required_micros") is not ({ } needed and > 0))
            return "余额不足，请先充值。";
        var held = Micros(refusal, "held_micros") ?? 0;
        var running = held > 0 ? $"，其中 {CreditText.Cost(held)} 正被运行中的请求占用" : "";
        return $"余额不足：这次最多需要 {CreditText.Cost(needed)} Credit，还差 {CreditText.Cost(Micros(refusal, "missing_micros") ?? 0)}{running}。";
    }

    private static long? Micros(RefusedException refusal, string name) =>
        refusal.Extensions?.GetValueOrDefault(name) is IConvertible number
            ? number.ToInt64(CultureInfo.InvariantCulture)
            : null;
}
