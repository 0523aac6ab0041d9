using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Events;

[Collection(nameof(EventCollection))]
public sealed class EventTests(StartedApp host) : OwnEvents(host)
{
    [Fact]
    public async Task Days_off_and_swap_days_move_courses_and_not_events()
    {
        var mei = await BeginAsync();
        (
            await mei.PutAsync(
                Term,
                new
                {
                    holidays = new[] { new { date = "2026-12-02", name = "校庆" } },
                    swap_days = new[] { new { date = "2026-12-05", follows = "2026-12-02" } },
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        (
            await PostAsync(
                mei,
                "/api/v1/courses",
                new
                {
                    name = "物理",
                    arrangements = new[]
                    {
                        new
                        {
                            day = 3,
                            section_from = 1,
                            section_to = 2,
                            weeks = new[] { 1, 2 },
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        // On Wednesday of week 2 nothing is taught: its courses run on Saturday.
        (
            await MakeAsync(
                mei,
                new
                {
                    title = "爬山",
                    date = "2026-12-02",
                    section_from = 1,
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        Conflict(
                (
                    await MakeAsync(
                        mei,
                        new
                        {
                            title = "聚餐",
                            date = "2026-12-05",
                            section_from = 2,
                        }
                    )
                ).ShouldBeRefused(ErrorCodes.Conflict)
            )
            .ShouldBe("course 物理 2");
        var week = Of(await WeekAsync(mei, 2), null)
            .Select(b => $"{Text(b, "kind")} {Text(b, "title")} {Int(b, "day")}");
        week.ShouldBe(["event 爬山 3", "course 物理 6"]);
    }

    [Fact]
    public async Task No_plan_and_no_free_section_is_on_an_event()
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            var study = await Study.BeginAsync(await started.NewUserAsync(), items: 30);
            var taken = new HashSet<(int Week, int Day, int Section)>();
            for (var n = 0; n < 12; n++)
            {
                var (day, from) = (random.Next(0, 28), random.Next(1, 12));
                var date = new DateOnly(2026, 11, 23).AddDays(day);
                var repeat = random.Next(3) switch
                {
                    0 => "weekly",
                    1 => "biweekly",
                    _ => "once",
                };
                var answer = await MakeAsync(
                    study.User,
                    new
                    {
                        title = $"e{n}",
                        date,
                        repeat,
                        section_from = from,
                        section_to = from + random.Next(2),
                    }
                );
                if (answer.Status != HttpStatusCode.Created)
                    continue;
                foreach (var week in answer.Json.GetProperty("weeks").EnumerateArray())
                    for (var s = Int(answer.Json, "section_from"); s <= Int(answer.Json, "section_to"); s++)
                        taken.Add((week.GetInt32(), Int(answer.Json, "day"), s)).ShouldBeTrue();
            }
            taken.Count.ShouldBeGreaterThan(10);
            var plan = (await study.PlanAsync())
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("placements")
                .EnumerateArray()
                .ToList();
            plan.Count.ShouldBeGreaterThan(20);
            foreach (var p in plan)
                for (var s = Int(p, "section_from"); s <= Int(p, "section_to"); s++)
                    taken.ShouldNotContain((Int(p, "week"), Int(p, "day"), s), $"seed {seed}");

            var free = await study
                .User.App.Services.GetRequiredService<IPlanner>()
                .FindFreeSlotsAsync(
                    new FindFreeSlotsRequest
                    {
                        UserId = study.User.Id,
                        From = "2026-11-23",
                        To = "2026-12-20",
                        Sections = 1,
                    },
                    default
                );
            var told = free
                .Days.SelectMany(d =>
                    d.Runs.Where(r => r.State == "event")
                        .SelectMany(r =>
                            Enumerable
                                .Range(r.SectionFrom, r.SectionTo - r.SectionFrom + 1)
                                .Select(s => (d.Day.Week, d.Day.Day, s))
                        )
                )
                .ToHashSet();
            told.ShouldBe(taken, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task An_event_keeps_its_local_hours_when_the_clocks_change_and_its_dates_when_the_term_moves()
    {
        var mei = await started.NewUserAsync();
        (
            await mei.PutAsync(
                Term,
                new
                {
                    name = "t",
                    first_monday = "2026-10-12",
                    weeks = 8,
                    time_zone = "Europe/Berlin",
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        var made = (
            await MakeAsync(
                mei,
                new
                {
                    title = "Chor",
                    date = "2026-10-24",
                    repeat = "weekly",
                    until_week = 3,
                    starts = "18:30",
                    ends = "20:00",
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        Text(Single(await WeekAsync(mei, 2), "event"), "starts_at").ShouldBe("2026-10-24T16:30:00Z");
        Text(Single(await WeekAsync(mei, 3), "event"), "starts_at").ShouldBe("2026-10-31T17:30:00Z");
        (await mei.GetAsync("/api/v1/schedule/export.ics")).Text.ShouldContain(
            "DTSTART;TZID=Europe/Berlin:20261031T183000"
        );
        (await mei.GetAsync("/api/v1/schedule/export.csv")).Text.ShouldContain("event,Chor");

        (await mei.PutAsync(Term, new { first_monday = "2026-10-19" })).ShouldBe(HttpStatusCode.OK);
        var hours = Enumerable
            .Range(0, 8)
            .Select(h => new { starts = $"{h * 2 + 6:00}:00", ends = $"{h * 2 + 7:00}:00" });
        (await mei.PutAsync(Term, new { section_times = hours })).ShouldBe(HttpStatusCode.OK);
        var moved = (await mei.GetAsync($"{Events}/{made.GetProperty("id")}")).Json;
        Dates(moved).ShouldBe(["2026-10-24", "2026-10-31"]);
        (Int(moved, "section_from"), Int(moved, "section_to")).ShouldBe((7, 7));
        (await mei.PutAsync(Term, new { first_monday = "2026-10-26" }))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("errors")
            .GetProperty("first_monday")[0]
            .GetString()
            .ShouldBe("would drop Chor");
    }
}
