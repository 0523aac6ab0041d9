using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class GetTodayTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task Today_is_the_day_of_the_terms_time_zone_and_what_has_passed_counts_as_done()
    {
        var study = await BeginAsync();
        var morning = Study.IdOf(await study.PlaceItemAsync(0, 1, 3, 1));
        await study.PlaceItemAsync(1, 1, 3, 9);
        await study.PlaceItemAsync(2, 1, 4, 1);
        var today = (await study.User.GetAsync("/api/v1/schedule/today")).ShouldBe(HttpStatusCode.OK).Json;
        (today.GetProperty("week").GetInt32(), today.GetProperty("day").GetProperty("day").GetInt32()).ShouldBe((1, 3));
        Done(today).ShouldBe(["item 1 done", "item 2 open"]);

        (await study.PatchAsync(morning, new { missed = true })).ShouldBe(HttpStatusCode.OK);
        Done((await study.User.GetAsync("/api/v1/schedule/today")).Json).ShouldBe(["item 1 missed", "item 2 open"]);
        (await study.MoveAsync(morning, 1, 3, 7)).ShouldBe(HttpStatusCode.OK);
        Done((await study.User.GetAsync("/api/v1/schedule/today")).Json).ShouldBe(["item 1 open", "item 2 open"]);
        (await study.PatchAsync(morning, new { missed = true })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await (await started.NewUserAsync()).GetAsync("/api/v1/schedule/today"))
            .Json.GetProperty("blocks")
            .GetArrayLength()
            .ShouldBe(0);

        static IEnumerable<string> Done(JsonElement day) =>
            day.GetProperty("blocks")
                .EnumerateArray()
                .Select(b =>
                    b.GetProperty("title").GetString()
                    + (
                        b.GetProperty("missed").GetBoolean() ? " missed"
                        : b.GetProperty("done").GetBoolean() ? " done"
                        : " open"
                    )
                );
    }
}
