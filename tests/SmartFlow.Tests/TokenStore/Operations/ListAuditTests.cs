using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class ListAuditTests
{
    [Fact]
    public async Task Lines_are_found_by_subject_operator_and_action()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (boss, chief) = (await app.OperatorAsync(), await app.OperatorAsync("chief"));
        await boss.AdjustAsync(boss.Id, 1, "Because", "k");
        await chief.AdjustAsync(boss.Id, 2, "Because", "k");
        await chief.PutAsync(
            Admin + "reward-rules/1",
            new
            {
                source = "forum_like",
                name = "Liked",
                amount = 3,
                daily_cap = 9,
            }
        );
        Count(await boss.GetAsync(Admin + "audit")).ShouldBe(3);
        Count(await boss.GetAsync($"{Admin}audit?operator={chief.Id}")).ShouldBe(2);
        Count(await boss.GetAsync($"{Admin}audit?operator={chief.Id}&action=adjustment")).ShouldBe(1);
        Count(await boss.GetAsync(Admin + "audit?subject=reward_rule:1")).ShouldBe(1);
        Count(await boss.GetAsync(Admin + "audit?subject=%27%20OR%201=1")).ShouldBe(0);
        (await boss.GetAsync($"{Admin}audit?subject={new string('x', 401)}")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await boss.GetAsync(Admin + "audit?subject=%00")).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    private static int Count(Answer answer) =>
        answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("items").GetArrayLength();
}
