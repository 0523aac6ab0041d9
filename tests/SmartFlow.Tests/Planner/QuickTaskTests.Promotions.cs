using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Planner;

public sealed partial class QuickTaskTests
{
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

    [Fact]
    public async Task A_promotion_is_told_to_others_once()
    {
        var heard = new HeardEvents(Topics.Task);
        await app.DisposeAsync();
        app = await SmartFlowApp.StartAsync(s => s.Services = services => services.AddSingleton<IConsumer>(heard));
        app.Clock.SetTo(Now);
        mei = await app.SignUpAsync();
        var id = (
            await MakeAsync(
                new
                {
                    title = "a",
                    priority_group = 4,
                    urgency_threshold_at = Now,
                }
            )
        ).GetProperty("id").GetInt64();
        await ListAsync("");
        await ListAsync("");
        var told = await heard.NextAsync();
        told.Name.ShouldBe(EventNames.TaskUrgencyPromoteRequested);
        var payload = EventJson.Read<TaskUrgencyPromoteRequested>(told.Payload);
        (payload.TaskId, payload.FromPriorityGroup, payload.ToPriorityGroup).ShouldBe((id, 4, 3));
        payload.UserId.ShouldBe(mei.Id);
        heard.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_job_promotes_all_that_are_due_and_nothing_else()
    {
        for (var i = 0; i < 3; i++)
            await MakeAsync(
                new
                {
                    title = "a",
                    priority_group = 2,
                    urgency_threshold_at = Now,
                }
            );
        await MakeAsync(
            new
            {
                title = "not yet",
                priority_group = 2,
                urgency_threshold_at = Now.AddDays(1),
            }
        );
        var promotion = app.Services.GetRequiredService<Promotion>();
        (await promotion.PromoteBatchAsync(default)).ShouldBe(3);
        (await promotion.PromoteBatchAsync(default)).ShouldBe(0);
        (await ListAsync("priority_group=1")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_completed_task_is_not_promoted_until_it_is_open_again()
    {
        var id = (
            await MakeAsync(
                new
                {
                    title = "a",
                    priority_group = 2,
                    urgency_threshold_at = Now.AddMinutes(5),
                }
            )
        ).GetProperty("id").GetInt64();
        await mei.PostAsync($"/api/v1/tasks/{id}/complete");
        app.Clock.Advance(TimeSpan.FromMinutes(10));
        (await ListAsync(""))[0].GetProperty("priority_group").GetInt32().ShouldBe(2);
        await mei.PostAsync($"/api/v1/tasks/{id}/undo-complete");
        (await ListAsync(""))[0].GetProperty("priority_group").GetInt32().ShouldBe(1);
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
}
