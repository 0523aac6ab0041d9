using NodaTime;
using SmartFlow.Planner.QuickTasks.Language;
using SmartFlow.Planner.QuickTasks.Repeating;

namespace SmartFlow.Tests.Planner;

/// <summary>Now is Wednesday, 25 November 2026, 15:00 in Shanghai.</summary>
public sealed class RepeatsInWordsTests
{
    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    [Theory]
    [InlineData("每周三交周报", "week 1 3", "2026-11-25 23:59", "交周报")]
    [InlineData("每周五18点前交周报", "week 1 5", "2026-11-27 18:00", "交周报")]
    [InlineData("每周三上午9点交周报", "week 1 3", "2026-12-02 09:00", "交周报")]
    [InlineData("提醒我每个星期天晚上写周记", "week 1 7", "2026-11-29 21:00", "写周记")]
    [InlineData("每周二、四背单词", "week 1 2,4", "2026-11-26 23:59", "背单词")]
    [InlineData("每周一三五跑步", "week 1 1,3,5", "2026-11-25 23:59", "跑步")]
    [InlineData("隔周周五组会", "week 2 5", "2026-11-27 23:59", "组会")]
    [InlineData("每两周的周五组会", "week 2 5", "2026-11-27 23:59", "组会")]
    [InlineData("每工作日打卡", "week 1 1,2,3,4,5", "2026-11-25 23:59", "打卡")]
    [InlineData("每天背单词", "day 1 ", "2026-11-25 23:59", "背单词")]
    [InlineData("每天早上8点背单词", "day 1 ", "2026-11-26 08:00", "背单词")]
    [InlineData("每隔一天跑步", "day 2 ", "2026-11-25 23:59", "跑步")]
    [InlineData("每月5号交房租", "month 1 5", "2026-12-05 23:59", "交房租")]
    [InlineData("每个月最后一天对账", "month 1 31", "2026-11-30 23:59", "对账")]
    [InlineData("每週三交週報", "week 1 3", "2026-11-25 23:59", "交週報")]
    [InlineData("每周三交周报到12月20日", "week 1 3 until 2026-12-20", "2026-11-25 23:59", "交周报")]
    [InlineData("every other Friday hand in the report", "week 2 5", "2026-11-27 23:59", "hand in the report")]
    [InlineData("every Friday 18:00 hand in the report", "week 1 5", "2026-11-27 18:00", "hand in the report")]
    [InlineData("remind me every Monday and Thursday at 8am to run", "week 1 1,4", "2026-11-26 08:00", "run")]
    [InlineData("every weekday stand-up at 9:30", "week 1 1,2,3,4,5", "2026-11-26 09:30", "stand-up")]
    [InlineData("biweekly on Friday group meeting", "week 2 5", "2026-11-27 23:59", "group meeting")]
    [InlineData("monthly on the 5th pay rent", "month 1 5", "2026-12-05 23:59", "pay rent")]
    [InlineData("pay rent on the 5th of every month", "month 1 5", "2026-12-05 23:59", "pay rent")]
    [InlineData("every 3 days water the plants", "day 3 ", "2026-11-25 23:59", "water the plants")]
    [InlineData(
        "every Friday write the report until 20 December",
        "week 1 5 until 2026-12-20",
        "2026-11-27 23:59",
        "write the report"
    )]
    public void What_repeats_is_read_with_its_first_day(string text, string rule, string first, string title)
    {
        var read = Parse(text);
        read.Repeat.ShouldNotBeNull(text);
        Said(read.Repeat).ShouldBe(rule);
        $"{read.Deadline!.Value.InZone(Shanghai).LocalDateTime:uuuu-MM-dd HH:mm}".ShouldBe(first);
        read.Title.ShouldBe(title);
        read.Confidence.ShouldBeGreaterThanOrEqualTo(Sentence.Sure, text);
        read.Spans.Sum(s => s.Length).ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("周三交周报")]
    [InlineData("每周三的作业周五交")]
    [InlineData("每周小结")]
    [InlineData("every week counts")]
    public void What_only_looks_like_it_does_not_repeat(string text) => Parse(text).Repeat.ShouldBeNull(text);

    private static Sentence Parse(string text) =>
        Sentence.Parse(text, new LocalDateTime(2026, 11, 25, 15, 0).InZoneStrictly(Shanghai).ToInstant(), Shanghai);

    private static string Said(RepeatRule rule) =>
        $"{rule.Unit.ToString().ToLowerInvariant()} {rule.Every} {string.Join(',', rule.Days ?? [])}{rule.DayOfMonth}{(rule.Until is { } until ? $" until {until:yyyy-MM-dd}" : "")}";
}
