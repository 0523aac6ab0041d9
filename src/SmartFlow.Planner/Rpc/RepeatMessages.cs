using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

/// <summary>What repeats, as messages.</summary>
internal static class RepeatMessages
{
    public static RepeatMessage? Of(RepeatRule? rule)
    {
        if (rule is null)
            return null;
        var message = new RepeatMessage
        {
            Unit = ClassDrafts.Word(rule.Unit),
            Every = rule.Every ?? 1,
            DayOfMonth = rule.DayOfMonth ?? 0,
            Until = rule.Until is { } until ? ClassDrafts.Text(until) : "",
        };
        message.Days.Add(rule.Days ?? []);
        return message;
    }

    public static RepeatRule? Read(RepeatMessage? message) =>
        message is null
            ? null
            : new RepeatRule(
                message.Unit switch
                {
                    "day" => RepeatUnit.Day,
                    "week" => RepeatUnit.Week,
                    "month" => RepeatUnit.Month,
                    _ => throw RefusedException.Field("repeat.unit", "must be one of day, week, month"),
                },
                message.Every == 0 ? 1 : message.Every,
                message.Days.Count == 0 ? null : [.. message.Days],
                message.DayOfMonth == 0 ? null : message.DayOfMonth,
                message.Until.Length == 0 ? null : ClassDrafts.Date("repeat.until", message.Until)
            );
}
