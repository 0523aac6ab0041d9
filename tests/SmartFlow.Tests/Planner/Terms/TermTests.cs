using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Terms;

public sealed class TermTests(StartedApp started) : IClassFixture<StartedApp>
{
    private const string Current = "/api/v1/terms/current";

    [Fact]
    public async Task A_new_user_sees_the_default_term_and_saves_it_with_changes()
    {
        var mei = await started.NewUserAsync();
        var term = (await mei.GetAsync(Current)).ShouldBe(HttpStatusCode.OK).Json;
        term.GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Null);
        term.GetProperty("weeks").GetInt32().ShouldBe(20);
        term.GetProperty("section_times").GetArrayLength().ShouldBe(12);
        term.GetProperty("section_times")[11].GetProperty("ends").GetString().ShouldBe("22:30");
        term.GetProperty("first_monday").GetString().ShouldBe("2026-11-23");
        term.GetProperty("current_week").GetInt32().ShouldBe(1);

        var saved = (
            await mei.PutAsync(
                Current,
                new
                {
                    name = " 大三上 ",
                    first_monday = "2026-09-07",
                    holidays = new[] { new { date = "2026-10-01", name = "国庆节" } },
                    swap_days = new[] { new { date = "2026-10-10", follows = "2026-10-01" } },
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json;
        saved.GetProperty("name").GetString().ShouldBe("大三上");
        saved.GetProperty("current_week").GetInt32().ShouldBe(12);

        var again = (await mei.GetAsync(Current)).Json;
        again.GetRawText().ShouldBe(saved.GetRawText());
        (await mei.PutAsync(Current, new { weeks = 18 }))
            .Json.GetProperty("version")
            .GetInt64()
            .ShouldBe(saved.GetProperty("version").GetInt64() + 1);
        (await mei.GetAsync("/api/v1/terms")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await (await started.NewUserAsync()).GetAsync("/api/v1/terms"))
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
    }

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
}
