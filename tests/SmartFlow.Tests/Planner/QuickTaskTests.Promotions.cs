using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Planner;

public sealed partial class QuickTaskTests
{
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
}
