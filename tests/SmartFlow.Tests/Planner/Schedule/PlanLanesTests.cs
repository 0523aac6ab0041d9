using Microsoft.Extensions.Options;
using SmartFlow.Planner;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed class PlanLanesTests
{
    [Fact]
    public async Task Plans_wait_in_a_bounded_queue_and_one_user_holds_only_so_many_places()
    {
        using var lanes = new PlanLanes(
            Options.Create(
                new PlannerOptions
                {
                    PlansAtOnce = 1,
                    PlansWaiting = 2,
                    PlansAtOncePerUser = 2,
                }
            )
        );
        var first = await lanes.EnterAsync(1, default);
        var second = lanes.EnterAsync(1, default);
        (await Should.ThrowAsync<RefusedException>(() => lanes.EnterAsync(1, default))).RetryAfter.ShouldNotBeNull();
        using var leaving = new CancellationTokenSource();
        var third = lanes.EnterAsync(2, leaving.Token);
        (await Should.ThrowAsync<RefusedException>(() => lanes.EnterAsync(3, default))).Code.ShouldBe(
            ErrorCodes.LimitReached
        );

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(third);
        var fourth = lanes.EnterAsync(3, default);
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        first.Dispose();
        (await second).Dispose();
        (await fourth).Dispose();
        lanes.Inside.ShouldBe(0);
    }
}
