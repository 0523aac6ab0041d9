using System.Net;
using static SmartFlow.Tests.Planner.RepeatingTasks;

namespace SmartFlow.Tests.Planner;

/// <summary>Now is Wednesday, 25 November 2026, 15:00 in Shanghai.</summary>
[Collection(nameof(QuickTaskCollection))]
public sealed class CompleteQuickTaskTests(StartedApp started)
{
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
}
