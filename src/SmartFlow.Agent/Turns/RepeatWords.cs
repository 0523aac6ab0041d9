using System.Globalization;
using SmartFlow.Agent.Tools;
using SmartFlow.Contracts.Planner;

namespace SmartFlow.Agent.Turns;

/// <summary>On which days something repeats, as a person says it.</summary>
internal static class RepeatWords
{
    private const int LastDay = 31;

    public static string Of(RepeatMessage rule, bool zh)
    {
        var until =
            rule.Until.Length == 0 ? ""
            : zh ? $"，到 {rule.Until}"
            : $" until {rule.Until}";
        return (
                rule.Unit switch
                {
                    "day" => Days(rule, zh),
                    "week" => Weeks(rule, zh),
                    _ => Months(rule, zh),
                }
            ) + until;
    }

    private static string Days(RepeatMessage rule, bool zh) =>
        rule.Every <= 1
            ? zh
                ? "每天"
                : "every day"
            : zh
                ? $"每 {rule.Every} 天"
                : $"every {rule.Every} days";

    private static string Weeks(RepeatMessage rule, bool zh)
    {
        var days = string.Join(zh ? "、" : ", ", rule.Days.Select(d => Told.Day(d, zh)));
        return rule.Every <= 1
            ? zh
                ? $"每{days}"
                : $"every {days}"
            : zh
                ? $"每 {rule.Every} 周的{days}"
                : $"every {rule.Every} weeks on {days}";
    }

    private static string Months(RepeatMessage rule, bool zh)
    {
        var day =
            rule.DayOfMonth == LastDay
                ? zh
                    ? "最后一天"
                    : "the last day"
                : zh
                    ? $"{rule.DayOfMonth} 号"
                    : string.Create(CultureInfo.InvariantCulture, $"day {rule.DayOfMonth}");
        return rule.Every <= 1
            ? zh
                ? $"每月{day}"
                : $"every month on {day}"
            : zh
                ? $"每 {rule.Every} 个月的{day}"
                : $"every {rule.Every} months on {day}";
    }
}
