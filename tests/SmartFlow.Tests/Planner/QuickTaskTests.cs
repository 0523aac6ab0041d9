using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed partial class QuickTaskTests : TaskList
{
    [Fact]
    public async Task A_task_is_made_read_changed_completed_opened_again_and_deleted()
    {
        var made = await MakeAsync(
            new
            {
                title = "  交作业 ",
                priority_group = 1,
                estimated_sections = 2,
                deadline_at = "2026-12-01T12:00:00Z",
            }
        );
        made.GetProperty("title").GetString().ShouldBe("交作业");
        var path = $"/api/v1/tasks/{made.GetProperty("id").GetInt64()}";

        var changed = (await mei.PatchAsync(path, new { title = "交论文", deadline_at = (string?)null }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        changed.GetProperty("title").GetString().ShouldBe("交论文");
        changed.GetProperty("deadline_at").ValueKind.ShouldBe(JsonValueKind.Null);
        changed.GetProperty("estimated_sections").GetInt32().ShouldBe(2);

        var done = (await mei.PostAsync(path + "/complete"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("completed_at")
            .GetString();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await mei.PostAsync(path + "/complete")).Json.GetProperty("completed_at").GetString().ShouldBe(done);
        (await ListAsync("completed=false")).ShouldBeEmpty();
        (await ListAsync("completed=true")).Count.ShouldBe(1);
        (await mei.PostAsync(path + "/undo-complete"))
            .Json.GetProperty("completed_at")
            .ValueKind.ShouldBe(JsonValueKind.Null);
        (await ListAsync("completed=false")).Count.ShouldBe(1);

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Somebody_elses_task_does_not_exist()
    {
        var id = (await MakeAsync(new { title = "a" })).GetProperty("id").GetInt64();
        var tom = await app.SignUpAsync("tom");
        (await tom.PatchAsync($"/api/v1/tasks/{id}", new { title = "b" })).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PostAsync($"/api/v1/tasks/{id}/complete")).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.DeleteAsync($"/api/v1/tasks/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.GetAsync("/api/v1/tasks")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Another_modules_key_makes_one_task_for_ever()
    {
        var planner = app.Services.GetRequiredService<IPlanner>();
        var request = new CreateQuickTaskRequest
        {
            UserId = mei.Id,
            IdempotencyKey = "k",
            Draft = new QuickTaskDraft
            {
                Title = "a",
                PriorityGroup = 2,
                EstimatedSections = 1,
            },
        };
        var tasks = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => planner.CreateQuickTaskAsync(request, default))
        );
        tasks.Select(t => t.Task.Id).Distinct().Count().ShouldBe(1);
        tasks.Count(t => !t.Existed).ShouldBe(1);
        var other = request.Clone();
        other.Draft.Title = "b";
        (await Should.ThrowAsync<RefusedException>(() => planner.CreateQuickTaskAsync(other, default))).Code.ShouldBe(
            ErrorCodes.KeyReused
        );
    }
}
