using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Planner;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Tests.Platform.Web;

public sealed class IdempotentAnswersTests
{
    /// <summary>
    /// The first request is taken to have died, but it has only been slow: what it does late touches nothing.
    /// </summary>
    [Fact]
    public async Task A_request_that_is_past_its_time_does_not_overwrite_or_forget_its_successor()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answers = app.Services.GetRequiredService<IdempotentAnswers<PlannerDb>>();
        var call = new IdempotentCall(7, "POST /x", "k", [1]);
        var slow = (await answers.BeginAsync(call, default)).ShouldBeOfType<Begun.First>();
        app.Clock.Advance(TimeSpan.FromSeconds(121));
        var successor = (await answers.BeginAsync(call, default)).ShouldBeOfType<Begun.First>();

        await answers.FinishAsync(call, slow, 201, [1], null, null);
        (await answers.BeginAsync(call, default)).ShouldBeOfType<Begun.Running>();
        await answers.ForgetAsync(call, slow);
        (await answers.BeginAsync(call, default)).ShouldBeOfType<Begun.Running>();

        await answers.FinishAsync(call, successor, 201, [2], null, null);
        await answers.ForgetAsync(call, slow);
        (await answers.BeginAsync(call, default)).ShouldBeOfType<Begun.Answered>().Stored.Body.ShouldBe([2]);
    }
}
