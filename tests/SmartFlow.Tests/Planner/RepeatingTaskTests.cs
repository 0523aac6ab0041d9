using System.Net;
using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.RepeatingTasks;

namespace SmartFlow.Tests.Planner;

/// <summary>Now is Wednesday, 25 November 2026, 15:00 in Shanghai.</summary>
[Collection(nameof(QuickTaskCollection))]
public sealed class RepeatingTaskTests(StartedApp started)
{
    [Fact]
    public async Task The_next_one_appears_on_its_day_and_what_is_left_undone_is_bounded()
    {
        await using var app = await SmartFlowApp.StartAsync();
        app.Clock.SetTo(StartedApp.Now);
        var mei = await app.SignUpAsync();
        await mei.PostAsync($"{Tasks}/quick-add", new { text = "每天背单词", time_zone = "Asia/Shanghai" });
        (await OpenAsync(mei)).ShouldBe(["2026-11-25 23:59"]);
        app.Clock.Advance(TimeSpan.FromHours(8));
        mei = await app.SignInAsync(mei.Name);
        (await OpenAsync(mei)).ShouldBe(["2026-11-25 23:59"], "not yet midnight");
        app.Clock.Advance(TimeSpan.FromHours(2));
        mei = await app.SignInAsync(mei.Name);
        (await OpenAsync(mei)).ShouldBe(["2026-11-25 23:59", "2026-11-26 23:59"]);
        for (var day = 0; day < 6; day++)
        {
            app.Clock.Advance(TimeSpan.FromDays(1));
            mei = await app.SignInAsync(mei.Name);
            await OpenAsync(mei);
        }
        (await OpenAsync(mei)).ShouldBe(
            ["2026-11-25 23:59", "2026-11-26 23:59", "2026-11-27 23:59"],
            "three are enough"
        );
        var tasks = (await mei.GetAsync($"{Tasks}?completed=false"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToList();
        foreach (var task in tasks)
            (await mei.PostAsync($"{Tasks}/{Id(task)}/complete", new { })).ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(mei)).ShouldBe(["2026-12-03 23:59"], "days that passed meanwhile are passed over");
    }

    [Fact]
    public async Task A_series_is_over_after_its_last_day_and_wrong_rules_are_refused_by_name()
    {
        var mei = await started.NewUserAsync();
        (await QuickAsync(mei, "every Friday write the report until 4 December")).ShouldBe(HttpStatusCode.Created);
        await CompleteAllAsync(mei);
        (await OpenAsync(mei)).ShouldBe(["2026-12-04 23:59"]);
        await CompleteAllAsync(mei);
        (await OpenAsync(mei)).ShouldBeEmpty();

        (object Rule, string Field)[] cases =
        [
            (new { unit = "week" }, "repeat.days"),
            (new { unit = "week", days = new[] { 8 } }, "repeat.days"),
            (new { unit = "week", days = new[] { 1, 1 } }, "repeat.days"),
            (new { unit = "day", days = new[] { 1 } }, "repeat.days"),
            (new { unit = "month" }, "repeat.day_of_month"),
            (new { unit = "month", day_of_month = 32 }, "repeat.day_of_month"),
            (new { unit = "day", every = 13 }, "repeat.every"),
            (new { unit = "day", until = "2026-11-01" }, "repeat.until"),
        ];
        foreach (var (repeat, field) in cases)
            (await PostAsync(mei, new { title = "t", repeat }))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (
            await PostAsync(
                mei,
                new
                {
                    title = "t",
                    repeat = new { unit = "day" },
                    time_zone = "Nowhere",
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await OpenAsync(mei)).ShouldBeEmpty();
    }

    [Fact]
    public void Days_follow_the_rule_wherever_one_looks_from()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var rule = random.Next(3) switch
            {
                0 => new RepeatRule(RepeatUnit.Day, random.Next(1, 13), null, null, null),
                1 => new RepeatRule(
                    RepeatUnit.Week,
                    random.Next(1, 13),
                    [.. Enumerable.Range(1, 7).Where(_ => random.Next(2) == 0).DefaultIfEmpty(3)],
                    null,
                    null
                ),
                _ => new RepeatRule(RepeatUnit.Month, random.Next(1, 13), null, random.Next(1, 32), null),
            };
            rule.Problems().ShouldBeEmpty();
            var anchor = rule.First(new LocalDate(2026, 1, 1).PlusDays(random.Next(700)));
            var days = Taken(rule, anchor, 12);
            for (var i = 0; i < days.Count - 1; i++)
            for (var day = days[i]; day < days[i + 1]; day = day.PlusDays(1))
                rule.Next(anchor, day).ShouldBe(days[i + 1], $"seed {seed}: {rule.Write()} after {day}");
            var until = days[5].ToDateOnly();
            Taken(rule with { Until = until }, anchor, 12).ShouldBe(days.Take(6));
        }
    }

    [Fact]
    public void Weeks_and_months_are_counted_from_the_first_day()
    {
        Days(new RepeatRule(RepeatUnit.Week, 2, [1, 5], null, null), "2026-11-27")
            .ShouldBe("2026-11-27 2026-12-07 2026-12-11 2026-12-21");
        Days(new RepeatRule(RepeatUnit.Month, 1, null, 31, null), "2026-11-30")
            .ShouldBe("2026-11-30 2026-12-31 2027-01-31 2027-02-28");
        Days(new RepeatRule(RepeatUnit.Month, 3, null, 5, null), "2026-12-05")
            .ShouldBe("2026-12-05 2027-03-05 2027-06-05 2027-09-05");
        Days(new RepeatRule(RepeatUnit.Day, 3, null, null, null), "2026-12-30")
            .ShouldBe("2026-12-30 2027-01-02 2027-01-05 2027-01-08");
    }

    private static string Days(RepeatRule rule, string anchor) =>
        string.Join(
            ' ',
            Taken(rule, NodaTime.Text.LocalDatePattern.Iso.Parse(anchor).Value, 4)
                .Select(NodaTime.Text.LocalDatePattern.Iso.Format)
        );

    private static List<LocalDate> Taken(RepeatRule rule, LocalDate anchor, int most)
    {
        List<LocalDate> days = [];
        for (
            var next = rule.Next(anchor, anchor.PlusDays(-1));
            next is { } day && days.Count < most;
            next = rule.Next(anchor, day)
        )
            days.Add(day);
        return days;
    }
}
