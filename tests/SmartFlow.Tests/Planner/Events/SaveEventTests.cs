using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Events;

[Collection(nameof(EventCollection))]
public sealed class SaveEventTests(StartedApp host) : OwnEvents(host)
{
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
    public async Task Hours_that_touch_no_section_stand_between_two_and_in_the_way_of_nothing()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync());
        var mei = study.User;
        foreach (
            var (title, starts, ends, from, to) in new[]
            {
                ("早餐", "06:30", "07:00", 1, 0),
                ("午睡", "12:30", "13:30", 5, 4),
                ("晚餐", "18:00", "18:40", 9, 8),
                ("电话", "18:20", "18:30", 9, 8),
                ("夜跑", "22:30", "23:30", 13, 12),
            }
        )
        {
            var made = (
                await MakeAsync(
                    mei,
                    new
                    {
                        title,
                        date = "2026-11-26",
                        starts,
                        ends,
                    }
                )
            ).ShouldBe(HttpStatusCode.Created).Json;
            (Int(made, "section_from"), Int(made, "section_to")).ShouldBe((from, to), title);
            (Text(made, "starts"), Text(made, "ends")).ShouldBe((starts, ends));
        }
        Of(await WeekAsync(mei, 1), "event")
            .Select(b => $"{Text(b, "title")} {Text(b, "starts_at")}")
            .ShouldBe([
                "早餐 2026-11-25T22:30:00Z",
                "午睡 2026-11-26T04:30:00Z",
                "晚餐 2026-11-26T10:00:00Z",
                "电话 2026-11-26T10:20:00Z",
                "夜跑 2026-11-26T14:30:00Z",
            ]);
        (await study.PlaceItemAsync(0, 1, 4, 8)).ShouldBe(HttpStatusCode.Created);
        var course = new
        {
            name = "新课",
            arrangements = new[]
            {
                new
                {
                    day = 4,
                    section_from = 4,
                    section_to = 5,
                    weeks = new[] { 1 },
                },
            },
        };
        (await PostAsync(mei, "/api/v1/courses", course)).ShouldBe(HttpStatusCode.Created);
        var csv = (await mei.GetAsync("/api/v1/schedule/export.csv")).Text;
        csv.ShouldContain("2026-11-26,1,4,,,18:00,18:40,event,晚餐");
        csv.ShouldContain("2026-11-26,1,4,4,5,");

        // Sections that come to its hours are its own.
        var hours = Enumerable.Range(8, 14).Select(h => new { starts = $"{h:00}:00", ends = $"{h:00}:45" });
        (await mei.PutAsync(Term, new { section_times = hours })).ShouldBe(HttpStatusCode.OK);
        Of(await WeekAsync(mei, 1), "event")
            .Select(b => $"{Text(b, "title")} {Int(b, "section_from")}-{Int(b, "section_to")}")
            .ShouldBe(["早餐 1-0", "午睡 5-6", "晚餐 11-11", "电话 11-11", "夜跑 15-14"]);
    }

    [Fact]
    public async Task A_field_that_is_wrong_is_refused_by_name()
    {
        var mei = await BeginAsync();
        (object Body, string Field)[] cases =
        [
            (
                new
                {
                    title = "",
                    date = "2026-11-26",
                    section_from = 1,
                },
                "title"
            ),
            (
                new
                {
                    title = new string('x', 101),
                    date = "2026-11-26",
                    section_from = 1,
                },
                "title"
            ),
            (new { title = "a", section_from = 1 }, "date"),
            (
                new
                {
                    title = "a",
                    date = "2027-11-26",
                    section_from = 1,
                },
                "date"
            ),
            (new { title = "a", date = "2026-11-26" }, "section_from"),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 13,
                },
                "section_from"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 2,
                    section_to = 1,
                },
                "section_to"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 2,
                    starts = "18:00",
                    ends = "19:00",
                },
                "starts"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "6pm",
                    ends = "19:00",
                },
                "starts"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "19:00",
                    ends = "18:00",
                },
                "ends"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    starts = "19:00",
                },
                "ends"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    until = "2026-12-20",
                },
                "until"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "weekly",
                    until = "2026-11-20",
                },
                "until"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "weekly",
                    until_week = 9,
                },
                "until_week"
            ),
            (
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "weekly",
                    until = "2026-12-20",
                    until_week = 2,
                },
                "until"
            ),
        ];
        foreach (var (body, field) in cases)
            (await MakeAsync(mei, body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (
            await MakeAsync(
                mei,
                new
                {
                    title = "a",
                    date = "2026-11-26",
                    section_from = 1,
                    repeat = "daily",
                }
            )
        ).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await mei.GetAsync(Events)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }
}
