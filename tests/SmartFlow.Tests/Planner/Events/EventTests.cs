using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Events;

public sealed partial class EventTests(StartedApp started) : IClassFixture<StartedApp>
{
    private const string Events = "/api/v1/events";
    private const string Term = "/api/v1/terms/current";
    private int keys;

    [Fact]
    public async Task A_weekly_event_takes_its_sections_until_its_last_day()
    {
        var mei = await BeginAsync();
        var made = (
            await MakeAsync(
                mei,
                new
                {
                    title = " 健身 ",
                    place = "体育馆",
                    date = "2026-11-27",
                    repeat = "weekly",
                    until = "2026-12-20",
                    starts = "18:00",
                    ends = "20:00",
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        Dates(made).ShouldBe(["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18"]);
        (Text(made, "title"), Int(made, "section_from"), Int(made, "section_to")).ShouldBe(("健身", 9, 10));

        var block = Single(await WeekAsync(mei, 1), "event");
        (Text(block, "title"), Text(block, "place"), Text(block, "starts_at"), Text(block, "ends_at")).ShouldBe(
            ("健身", "体育馆", "2026-11-27T10:00:00Z", "2026-11-27T12:00:00Z")
        );
        Int(block, "event_id").ShouldBe(Int(made, "id"));
        Of(await WeekAsync(mei, 5), "event").ShouldBeEmpty();

        var path = $"{Events}/{made.GetProperty("id")}";
        var changed = (await mei.PatchAsync(path, new { title = "游泳", section_from = 11 }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        (Text(changed, "starts"), Text(changed, "ends"), Dates(changed).Length).ShouldBe(("20:50", "21:35", 4));
        (await mei.DeleteAsync($"{path}/dates/2026-12-04")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync($"{path}/dates/2026-12-04")).ShouldBeRefused(ErrorCodes.NotFound);
        Dates((await mei.GetAsync(path)).Json).ShouldBe(["2026-11-27", "2026-12-11", "2026-12-18"]);

        var li = await started.NewUserAsync();
        (await li.GetAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.PatchAsync(path, new { title = "x" })).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.DeleteAsync($"{path}/dates/2026-12-11")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.DeleteAsync($"/api/v1/courses/{made.GetProperty("id")}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.GetAsync("/api/v1/courses")).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(0);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.GetAsync(Events)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_repeated_call_makes_one_event()
    {
        var mei = await BeginAsync();
        var body = new
        {
            title = "社团",
            date = "2026-11-26",
            section_from = 9,
        };
        var first = await mei.PostAsync(Events, body, ("Idempotency-Key", "one"));
        var again = await mei.PostAsync(Events, body, ("Idempotency-Key", "one"));
        Int(again.ShouldBe(HttpStatusCode.Created).Json, "id")
            .ShouldBe(Int(first.ShouldBe(HttpStatusCode.Created).Json, "id"));
        (await mei.PostAsync(Events, body)).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        (await mei.GetAsync(Events)).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_owns_a_section_is_in_the_way_of_an_event_and_an_event_of_it()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync());
        var mei = study.User;
        var lecture = (
            await MakeAsync(
                mei,
                new
                {
                    title = "x",
                    date = "2026-11-23",
                    repeat = "weekly",
                    section_from = 4,
                }
            )
        ).ShouldBeRefused(ErrorCodes.Conflict);
        Conflict(lecture).ShouldBe("course Analysis 1,2,3,4");
        (await study.PlaceItemAsync(0, 1, 4, 5)).ShouldBe(HttpStatusCode.Created);
        var club = new
        {
            title = "社团",
            date = "2026-11-26",
            section_from = 6,
            section_to = 7,
            replace_conflicts = false,
        };
        Conflict((await MakeAsync(mei, club)).ShouldBeRefused(ErrorCodes.Conflict)).ShouldBe("placement item 1 1");
        (await MakeAsync(mei, club with { replace_conflicts = true })).ShouldBe(HttpStatusCode.Created);
        (await study.BlocksAsync(1)).ShouldNotContain(b => b.Contains("item 1"));

        var refused = (await study.PlaceItemAsync(0, 1, 4, 7)).ShouldBeRefused(ErrorCodes.Conflict).Json;
        refused.GetProperty("blocks")[0].GetProperty("kind").GetString().ShouldBe("event");
        Conflict(
                (
                    await MakeAsync(
                        mei,
                        new
                        {
                            title = "另一个",
                            date = "2026-11-26",
                            section_from = 7,
                        }
                    )
                ).ShouldBeRefused(ErrorCodes.Conflict)
            )
            .ShouldBe("event 社团 1");
        var course = new
        {
            name = "新课",
            arrangements = new[]
            {
                new
                {
                    day = 4,
                    section_from = 7,
                    section_to = 8,
                    weeks = new[] { 1, 2 },
                },
            },
            replace_conflicts = false,
        };
        Conflict((await PostAsync(mei, "/api/v1/courses", course)).ShouldBeRefused(ErrorCodes.Conflict))
            .ShouldBe("event 社团 1");
        (await PostAsync(mei, "/api/v1/courses", course with { replace_conflicts = true })).ShouldBe(
            HttpStatusCode.Created
        );
        (await mei.GetAsync(Events)).Json.GetProperty("items").GetArrayLength().ShouldBe(0, "its only time gave way");
    }

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

    /// <summary>Eight weeks from Monday 2026-11-23.</summary>
    private async Task<TestUser> BeginAsync()
    {
        var mei = await started.NewUserAsync();
        (
            await mei.PutAsync(
                Term,
                new
                {
                    name = "term",
                    first_monday = "2026-11-23",
                    weeks = 8,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        return mei;
    }

    private Task<Answer> MakeAsync(TestUser user, object body) => PostAsync(user, Events, body);

    private Task<Answer> PostAsync(TestUser user, string path, object body) =>
        user.PostAsync(path, body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    private static async Task<JsonElement> WeekAsync(TestUser user, int week) =>
        (await user.GetAsync($"/api/v1/schedule/weeks/{week}")).ShouldBe(HttpStatusCode.OK).Json;

    private static IEnumerable<JsonElement> Of(JsonElement week, string? kind) =>
        week.GetProperty("blocks").EnumerateArray().Where(b => kind is null || Text(b, "kind") == kind);

    private static JsonElement Single(JsonElement week, string kind) => Of(week, kind).ShouldHaveSingleItem();

    private static string Conflict(Answer refused)
    {
        var one = refused.Json.GetProperty("conflicts").EnumerateArray().ShouldHaveSingleItem();
        return $"{Text(one, "kind")} {Text(one, "title")} {string.Join(',', one.GetProperty("weeks").EnumerateArray().Select(w => w.GetInt32()))}";
    }

    private static string[] Dates(JsonElement made) =>
        [.. made.GetProperty("dates").EnumerateArray().Select(d => d.GetString()!)];

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static int Int(JsonElement of, string name) => of.GetProperty(name).GetInt32();
}
