using System.Net;
using System.Text.Json;
using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

/// <summary>Now is Wednesday, 25 November 2026, 15:00 in Shanghai.</summary>
public sealed class RepeatingTaskTests(StartedApp started) : IClassFixture<StartedApp>
{
    private const string Tasks = "/api/v1/tasks";
    private int keys;

    [Fact]
    public async Task The_next_one_appears_when_it_is_done_and_goes_when_that_is_taken_back()
    {
        var mei = await started.NewUserAsync();
        var first = (await QuickAsync(mei, "每周五18点前交周报")).ShouldBe(HttpStatusCode.Created).Json;
        (Text(first, "title"), Text(first, "deadline_at")).ShouldBe(("交周报", "2026-11-27T10:00:00Z"));
        first.GetProperty("repeat").GetProperty("days")[0].GetInt32().ShouldBe(5);
        (await OpenAsync(mei)).ShouldBe(["2026-11-27 18:00"]);

        (await mei.PostAsync($"{Tasks}/{Id(first)}/complete", new { })).ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(mei)).ShouldBe(["2026-12-04 18:00"]);
        (await mei.PostAsync($"{Tasks}/{Id(first)}/complete", new { })).ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(mei)).ShouldBe(["2026-12-04 18:00"], "a repeat completes nothing more");
        (await mei.PostAsync($"{Tasks}/{Id(first)}/undo-complete", new { })).ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(mei)).ShouldBe(["2026-11-27 18:00"]);

        (await mei.DeleteAsync($"{Tasks}/{Id(first)}")).ShouldBe(HttpStatusCode.NoContent);
        (await OpenAsync(mei)).ShouldBe(["2026-12-04 18:00"], "one is left out, the others follow");
    }

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
    public async Task One_is_changed_or_all_of_them_and_a_series_ends()
    {
        var mei = await started.NewUserAsync();
        var body = new
        {
            title = "周报",
            deadline_at = "2026-11-27T10:00:00Z",
            repeat = new
            {
                unit = "week",
                every = 1,
                days = new[] { 5 },
                until = "2026-12-11",
            },
            time_zone = "Asia/Shanghai",
        };
        var first = (await PostAsync(mei, body)).ShouldBe(HttpStatusCode.Created).Json;
        var series = $"{Tasks}/{Id(first)}/series";
        (await mei.PatchAsync($"{Tasks}/{Id(first)}", new { title = "这一次" })).ShouldBe(HttpStatusCode.OK);
        (
            await mei.PatchAsync(
                series,
                new
                {
                    title = "组会周报",
                    due_time = "20:00",
                    estimated_sections = 2,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(mei)).ShouldBe(["2026-11-27 20:00"]);
        (await mei.PatchAsync(series, new { repeat = new { unit = "month", day_of_month = 31 } })).ShouldBe(
            HttpStatusCode.OK
        );
        (await OpenAsync(mei)).ShouldBe(["2026-11-30 20:00"]);
        await CompleteAllAsync(mei);
        (await OpenAsync(mei)).ShouldBe(["2026-12-31 20:00"]);

        var li = await started.NewUserAsync();
        (await li.PatchAsync(series, new { title = "x" })).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.DeleteAsync(series)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.DeleteAsync(series)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(series)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.PatchAsync(series, new { title = "x" }))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("series_ended");
        await CompleteAllAsync(mei);
        (await OpenAsync(mei)).ShouldBeEmpty();
        (
            await mei.DeleteAsync($"{Tasks}/{Id((await PostAsync(mei, new { title = "once" })).Json)}/series")
        ).ShouldBeRefused(ErrorCodes.NotFound);
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

    private static async Task CompleteAllAsync(TestUser user)
    {
        foreach (
            var task in (await user.GetAsync($"{Tasks}?completed=false"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .ToList()
        )
            (await user.PostAsync($"{Tasks}/{Id(task)}/complete", new { })).ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Deadlines of open tasks in Shanghai, in the order of time.</summary>
    private static async Task<List<string>> OpenAsync(TestUser user) =>
        [
            .. (await user.GetAsync($"{Tasks}?completed=false"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(t =>
                    $"{t.GetProperty("deadline_at").GetDateTimeOffset().ToOffset(TimeSpan.FromHours(8)):yyyy-MM-dd HH:mm}"
                )
                .Order(),
        ];

    private static Task<Answer> QuickAsync(TestUser user, string text) =>
        user.PostAsync($"{Tasks}/quick-add", new { text, time_zone = "Asia/Shanghai" });

    private Task<Answer> PostAsync(TestUser user, object body) =>
        user.PostAsync(Tasks, body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    private static long Id(JsonElement task) => task.GetProperty("id").GetInt64();

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
