using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.CourseByHand;

namespace SmartFlow.Tests.Planner.Terms;

[Collection(nameof(TermCollection))]
public sealed class SaveTermTests(StartedApp host) : OwnTerms(host)
{
    [Fact]
    public async Task A_field_that_is_wrong_is_refused_by_name()
    {
        var mei = await started.NewUserAsync();
        (object Body, string Field)[] cases =
        [
            (new { name = " " }, "name"),
            (new { weeks = 31 }, "weeks"),
            (new { first_monday = "2026-09-08" }, "first_monday"),
            (new { time_zone = "Asia/Atlantis" }, "time_zone"),
            (new { section_times = new[] { new { starts = "08:00", ends = "08:03" } } }, "section_times"),
            (new { section_times = new[] { new { starts = "8", ends = "9" } } }, "section_times"),
            (new { section_times = Enumerable.Repeat(new { starts = "08:00", ends = "08:45" }, 2) }, "section_times"),
            (new { section_times = Array.Empty<object>() }, "section_times"),
            (new { holidays = new[] { new { date = "2030-01-01" } } }, "holidays"),
            (new { holidays = new[] { new { date = "2026-12-01" }, new { date = "2026-12-01" } } }, "holidays"),
            (new { swap_days = new[] { new { date = "2026-12-01", follows = "2030-01-01" } } }, "swap_days"),
            (new { swap_days = new[] { new { date = "2026-12-01", follows = "2026-12-01" } } }, "swap_days"),
        ];
        foreach (var (body, field) in cases)
            (await mei.PutAsync(Current, body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (await mei.GetAsync(Current)).Json.GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_term_cannot_lose_room_in_which_a_course_stands()
    {
        var mei = await started.NewUserAsync();
        await MakeAsync(mei, new { name = "末周的课", arrangements = new[] { Time(7, 11, 12, 20) } });
        var refused = (await mei.PutAsync("/api/v1/terms/current", new { weeks = 18 })).ShouldBeRefused(
            ErrorCodes.Conflict
        );
        refused.Json.GetProperty("errors").GetProperty("weeks")[0].GetString().ShouldBe("would drop 末周的课");
        refused.Json.GetProperty("blocks")[0].GetProperty("section_to").GetInt32().ShouldBe(12);
        var ten = Enumerable.Range(8, 10).Select(h => new { starts = $"{h:00}:00", ends = $"{h:00}:45" });
        (await mei.PutAsync("/api/v1/terms/current", new { section_times = ten }))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("errors")
            .TryGetProperty("section_times", out _)
            .ShouldBeTrue();
        (await mei.PutAsync("/api/v1/terms/current", new { weeks = 21 })).ShouldBe(HttpStatusCode.OK);
    }
}
