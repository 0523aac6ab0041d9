using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Events;

[Collection(nameof(EventCollection))]
public sealed class DeleteEventTests(StartedApp host) : OwnEvents(host)
{
    [Fact]
    public async Task A_day_that_is_cancelled_is_free_again_and_then_every_day()
    {
        var (mei, li) = (await BeginAsync(), await BeginAsync());
        var made = await WeeklyAsync(HttpStatusCode.Created, "社团", "2026-11-26");
        var path = $"{Events}/{Int(made.Json, "id")}";
        (await li.DeleteAsync($"{path}/dates/2026-12-03")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        Dates((await mei.GetAsync(path)).Json).ShouldBe(["2026-11-26", "2026-12-03", "2026-12-10"]);

        (await mei.DeleteAsync($"{path}/dates/2026-12-03")).ShouldBe(HttpStatusCode.NoContent);
        Conflict(await WeeklyAsync(HttpStatusCode.Conflict, "讲座", "2026-12-03")).ShouldBe("event 社团 3");
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.GetAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        await WeeklyAsync(HttpStatusCode.Created, "讲座", "2026-11-26");

        async Task<Answer> WeeklyAsync(HttpStatusCode status, string title, string date) =>
            (
                await MakeAsync(
                    mei,
                    new
                    {
                        title,
                        date,
                        repeat = "weekly",
                        until = "2026-12-10",
                        section_from = 9,
                    }
                )
            ).ShouldBe(status);
    }
}
