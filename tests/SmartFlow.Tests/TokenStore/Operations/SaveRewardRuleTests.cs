using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class SaveRewardRuleTests
{
    [Fact]
    public async Task A_rule_is_changed_within_its_bounds_and_audited()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        (await boss.PutAsync(Admin + "reward-rules/1", Rule(amount: 1_000, cap: 5_000, status: "disabled"))).ShouldBe(
            HttpStatusCode.OK
        );
        var line = (await boss.AuditAsync("reward_rule.update")).ShouldHaveSingleItem();
        line.GetProperty("before").GetProperty("amount").GetInt64().ShouldBe(1);
        line.GetProperty("after").GetProperty("status").GetString().ShouldBe("disabled");
        (await boss.PostAsync(Admin + "reward-rules", Rule("survey"))).ShouldBe(HttpStatusCode.Created);
        (await boss.PostAsync(Admin + "reward-rules", Rule("survey"))).ShouldBeRefused(ErrorCodes.AlreadyExists);
        (await boss.GetAsync(Admin + "reward-rules")).Json.GetProperty("items").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData(-1, 0, "active", "amount")]
    [InlineData(1_001, 0, "active", "amount")]
    [InlineData(long.MaxValue, 0, "active", "amount")]
    [InlineData(5, -1, "active", "daily_cap")]
    [InlineData(5, 4, "active", "daily_cap")]
    [InlineData(5, 0, "inactive", "status")]
    public async Task Beyond_its_bounds_nothing_is_saved(long amount, long cap, string status, string field)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var answer = (
            await boss.PutAsync(Admin + "reward-rules/1", Rule(amount: amount, cap: cap, status: status))
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(answer.Text);
        (await boss.GetAsync(Admin + "reward-rules"))
            .Json.GetProperty("items")[0]
            .GetProperty("amount")
            .GetInt64()
            .ShouldBe(1);
    }

    private static object Rule(string source = "forum_like", long amount = 2, long cap = 0, string status = "active") =>
        new
        {
            source,
            name = "Liked",
            amount,
            daily_cap = cap,
            status,
        };
}
