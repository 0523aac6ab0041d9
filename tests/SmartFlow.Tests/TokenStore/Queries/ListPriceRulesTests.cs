using static SmartFlow.Tests.TokenStore.Queries.Shelf;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class ListPriceRulesTests
{
    [Fact]
    public async Task The_seeded_price_rules_are_in_force()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var rules = await ItemsAsync(await app.SignUpAsync(), "price-rules", "en");
        rules.Length.ShouldBe(2);
        rules[0].GetProperty("model_name").GetString().ShouldBe("*");
        rules[0].GetProperty("input_price_micros").GetInt64().ShouldBe(3_200_000);
        rules[0].GetProperty("output_price_micros").GetInt64().ShouldBe(16_000_000);
        rules[0].GetProperty("cached_price_micros").GetInt64().ShouldBe(800_000);
        rules[0].GetProperty("reasoning_price_micros").GetInt64().ShouldBe(16_000_000);
        rules[0].GetProperty("credit_per_yuan").GetInt64().ShouldBe(100);
        rules[0].GetProperty("priority").GetInt32().ShouldBe(100);
        rules[1].GetProperty("model_name").GetString().ShouldBe("demo");
        rules[1].GetProperty("output_price_micros").GetInt64().ShouldBeLessThan(1_000_000);
    }
}
