using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Tests.Planner.Courses;

namespace SmartFlow.Tests.Planner.Terms;

/// <summary>
/// A term that was saved because something had to stand somewhere: that this is its first week is only a guess.
/// </summary>
public sealed class AssumedTermTests(StartedApp started) : IClassFixture<StartedApp>
{
    private const string Term = "/api/v1/terms/current";
    private int keys;

    [Fact]
    public async Task An_import_asks_the_week_though_an_event_stands_and_what_has_a_date_keeps_it()
    {
        var mei = await started.NewUserAsync();
        var choir = await MakeAsync(
            mei,
            new
            {
                title = "Choir",
                date = "2026-11-27",
                repeat = "weekly",
                starts = "18:30",
                ends = "20:00",
            }
        );
        var visit = await MakeAsync(
            mei,
            new
            {
                title = "Visit",
                date = "2026-11-28",
                starts = "10:00",
                ends = "11:00",
            }
        );
        var task = await PostAsync(mei, "/api/v1/tasks", new { title = "read" });
        await PostAsync(
            mei,
            "/api/v1/schedule/placements",
            new
            {
                quick_task_id = task.GetProperty("id"),
                week = 1,
                day = 4,
                section_from = 3,
            }
        );
        (await TermAsync(mei)).GetProperty("is_assumed").GetBoolean().ShouldBeTrue();

        var unasked = await ReadAsync(mei, null);
        unasked.GetProperty("asks_week").GetBoolean().ShouldBeTrue();
        (await ImportAsync(mei, unasked)).ShouldBeRefused(ErrorCodes.Conflict).Text.ShouldContain("week_unknown");
        (await ImportAsync(mei, await ReadAsync(mei, 12))).ShouldBe(HttpStatusCode.Created);

        var term = await TermAsync(mei);
        term.GetProperty("first_monday").GetString().ShouldBe("2026-09-07");
        term.GetProperty("is_assumed").GetBoolean().ShouldBeFalse();
        (await DatesAsync(mei, visit)).ShouldBe(["2026-11-28"]);
        // To the last day of the term as it is now.
        (await DatesAsync(mei, choir)).ShouldBe(
            Enumerable.Range(0, 9).Select(w => new DateOnly(2026, 11, 27).AddDays(7 * w).ToString("yyyy-MM-dd"))
        );
        var blocks = (await mei.GetAsync("/api/v1/schedule/weeks/12")).Json.GetProperty("blocks").EnumerateArray();
        blocks
            .Single(b => b.GetProperty("kind").GetString() == "task")
            .GetProperty("starts_at")
            .GetString()
            .ShouldBe("2026-11-26T02:15:00Z");
        (await ReadAsync(mei, null)).GetProperty("asks_week").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task What_the_move_and_the_import_do_to_the_coming_day_is_told_once()
    {
        var heard = new HeardEvents(Topics.Task);
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Services = services => services.AddSingleton<IConsumer>(heard)
        );
        app.Clock.SetTo(StartedApp.Now);
        var mei = await app.SignUpAsync();
        // On the Thursday of the first week only, which turns out to be one of September.
        var byHand = new { name = "by hand", arrangements = new[] { CourseByHand.Time(4, 3, 4, 1) } };
        (await CourseByHand.MakeAsync(mei, byHand)).ShouldBe(HttpStatusCode.Created);
        Moved(await heard.NextAsync()).FreedSections.ShouldBe(0);

        var done = (await ImportAsync(mei, await ReadAsync(mei, 12))).ShouldBe(HttpStatusCode.Created).Json;
        Moved(await heard.NextAsync()).FreedSections.ShouldBe(2);
        // What comes next is of the next change.
        await mei.DeleteAsync($"/api/v1/courses/imports/{done.GetProperty("import_id")}");
        var gone = Moved(await heard.NextAsync());
        (gone.FreedSections, heard.Count).ShouldBe((2, 3));
    }

    [Fact]
    public async Task A_term_that_is_still_to_come_has_no_room_for_what_stands_this_week()
    {
        var mei = await started.NewUserAsync();
        await MakeAsync(
            mei,
            new
            {
                title = "Visit",
                date = "2026-11-28",
                starts = "10:00",
                ends = "11:00",
            }
        );
        var later = await ReadAsync(mei, null, starts: "2027-02-22");
        (await ImportAsync(mei, later)).ShouldBeRefused(ErrorCodes.Conflict).Text.ShouldContain("would drop Visit");
        (await TermAsync(mei)).GetProperty("first_monday").GetString().ShouldBe("2026-11-23");
    }

    [Theory]
    [InlineData("first_monday", false)]
    [InlineData("name", true)]
    public async Task Whoever_says_when_the_term_begins_is_not_asked(string field, bool assumed)
    {
        var mei = await started.NewUserAsync();
        await MakeAsync(
            mei,
            new
            {
                title = "Visit",
                date = "2026-11-28",
                starts = "10:00",
                ends = "11:00",
            }
        );
        var said = new Dictionary<string, string> { [field] = field == "name" ? "autumn" : "2026-11-23" };
        (await mei.PutAsync(Term, said)).ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(mei, null)).GetProperty("asks_week").GetBoolean().ShouldBe(assumed);
    }

    private static ScheduleCoursesMoved Moved(BusEvent happened) =>
        EventJson.Read<ScheduleCoursesMoved>(happened.Payload);

    private static async Task<JsonElement> TermAsync(TestUser user) =>
        (await user.GetAsync(Term)).ShouldBe(HttpStatusCode.OK).Json;

    private async Task<long> MakeAsync(TestUser user, object body) =>
        (await PostAsync(user, "/api/v1/events", body)).GetProperty("id").GetInt64();

    private async Task<JsonElement> PostAsync(TestUser user, string path, object body) =>
        (await user.PostAsync(path, body, ("Idempotency-Key", $"assumed-{Interlocked.Increment(ref keys)}")))
            .ShouldBe(HttpStatusCode.Created)
            .Json;

    private static async Task<string?[]> DatesAsync(TestUser user, long id) =>
        [
            .. (await user.GetAsync($"/api/v1/events/{id}"))
                .Json.GetProperty("dates")
                .EnumerateArray()
                .Select(d => d.GetString()),
        ];

    private static async Task<JsonElement> ReadAsync(TestUser user, int? week, string? starts = null)
    {
        var file = Encoding.UTF8.GetBytes(
            "课程名称,星期,开始节数,结束节数,老师,地点,周数\n高等数学,4,1,2,张,A1,1-16\n"
        );
        var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "wakeup.csv" } };
        if (week is not null)
            form.Add(new StringContent($"{week}"), "current_week");
        if (starts is not null)
            form.Add(new StringContent(starts), "term_starts");
        return (await user.PostAsync("/api/v1/courses/import/preview", form)).ShouldBe(HttpStatusCode.OK).Json;
    }

    private Task<Answer> ImportAsync(TestUser user, JsonElement preview) =>
        user.PostAsync(
            "/api/v1/courses/import",
            new { preview_id = preview.GetProperty("preview_id").GetString(), rows = new[] { 1 } },
            ("Idempotency-Key", $"import-{Interlocked.Increment(ref keys)}")
        );
}
