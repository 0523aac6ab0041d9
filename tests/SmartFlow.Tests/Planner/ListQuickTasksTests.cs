using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed class ListQuickTasksTests : TaskList
{
    [Fact]
    public async Task Open_tasks_come_first_by_quadrant_then_deadline_a_page_at_a_time()
    {
        await MakeAsync(new { title = "d", priority_group = 2 });
        await MakeAsync(
            new
            {
                title = "b",
                priority_group = 1,
                deadline_at = "2026-12-03T00:00:00Z",
            }
        );
        await MakeAsync(
            new
            {
                title = "c",
                priority_group = 2,
                deadline_at = "2026-12-09T00:00:00Z",
            }
        );
        await MakeAsync(
            new
            {
                title = "a",
                priority_group = 1,
                deadline_at = "2026-12-02T00:00:00Z",
            }
        );
        var titles = (await ListAsync("")).Select(t => t.GetProperty("title").GetString());
        titles.ShouldBe(["a", "b", "c", "d"]);
        var page = (await mei.GetAsync("/api/v1/tasks?page=2&page_size=3")).Json;
        page.GetProperty("items").GetArrayLength().ShouldBe(1);
        page.GetProperty("page").GetProperty("has_more").GetBoolean().ShouldBeFalse();
        (await ListAsync("priority_group=2")).Count.ShouldBe(2);
        (await mei.GetAsync("/api/v1/tasks?priority_group=7")).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 3)]
    public async Task A_task_past_its_threshold_moves_when_it_is_read_and_says_why(int from, int to)
    {
        await MakeAsync(
            new
            {
                title = "a",
                priority_group = from,
                urgency_threshold_at = Now.AddHours(1),
            }
        );
        (await ListAsync(""))[0].GetProperty("priority_group").GetInt32().ShouldBe(from);
        app.Clock.SetTo(Now.AddHours(1).AddSeconds(1));
        mei = await app.SignInAsync("mei");
        var task = (await ListAsync(""))[0];
        task.GetProperty("priority_group").GetInt32().ShouldBe(to);
        task.GetProperty("promotion_reason").GetString().ShouldBe("urgency_threshold_passed");
        task.GetProperty("promoted_at").ValueKind.ShouldBe(JsonValueKind.String);
    }
}
