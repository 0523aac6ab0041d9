using static SmartFlow.Tests.TokenStore.Queries.Shelf;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class ListRewardRulesTests
{
    [Fact]
    public async Task Rewards_are_one_credit_for_a_like_and_five_for_an_import()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var rules = await ItemsAsync(await app.SignUpAsync(), "reward-rules", "en");
        rules
            .Select(r => (r.GetProperty("source").GetString()!, r.GetProperty("amount").GetInt64()))
            .ShouldBe([("forum_like", 1), ("forum_import", 5)]);
        rules.ShouldAllBe(r => r.GetProperty("daily_cap").GetInt64() > 0);
    }
}
