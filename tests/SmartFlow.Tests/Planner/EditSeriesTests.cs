using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.RepeatingTasks;

namespace SmartFlow.Tests.Planner;

/// <summary>Now is Wednesday, 25 November 2026, 15:00 in Shanghai.</summary>
[Collection(nameof(QuickTaskCollection))]
public sealed class EditSeriesTests(StartedApp started)
{
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
}
