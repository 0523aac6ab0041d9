using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed class EditQuickTaskTests : TaskList
{
    [Fact]
    public async Task An_edit_of_an_older_version_is_a_conflict()
    {
        var made = await MakeAsync(new { title = "a" });
        var (path, seen) = (
            $"/api/v1/tasks/{made.GetProperty("id").GetInt64()}",
            made.GetProperty("updated_at").GetString()
        );
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await mei.PatchAsync(path, new { title = "b", updated_at = seen })).ShouldBe(HttpStatusCode.OK);
        (await mei.PatchAsync(path, new { title = "c", updated_at = seen })).ShouldBeRefused(ErrorCodes.Conflict);
    }

    [Fact]
    public async Task A_deadline_that_moves_takes_its_threshold_along()
    {
        var made = await MakeAsync(
            new
            {
                title = "a",
                priority_group = 2,
                deadline_at = "2026-12-05T00:00:00Z",
                urgency_threshold_at = "2026-12-04T00:00:00Z",
            }
        );
        var moved = await mei.PatchAsync(
            $"/api/v1/tasks/{made.GetProperty("id").GetInt64()}",
            new { deadline_at = "2026-12-10T00:00:00Z" }
        );
        moved.Json.GetProperty("urgency_threshold_at").GetString().ShouldBe("2026-12-09T00:00:00Z");
    }

    [Fact]
    public async Task Whoever_moves_a_promoted_task_back_has_decided()
    {
        var id = (
            await MakeAsync(
                new
                {
                    title = "a",
                    priority_group = 2,
                    urgency_threshold_at = Now,
                }
            )
        ).GetProperty("id").GetInt64();
        (await ListAsync(""))[0].GetProperty("priority_group").GetInt32().ShouldBe(1);
        (await mei.PatchAsync($"/api/v1/tasks/{id}", new { priority_group = 2 })).ShouldBe(HttpStatusCode.OK);
        var task = (await ListAsync(""))[0];
        task.GetProperty("priority_group").GetInt32().ShouldBe(2);
        task.GetProperty("promotion_reason").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
