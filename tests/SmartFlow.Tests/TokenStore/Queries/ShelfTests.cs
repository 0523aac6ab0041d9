using System.Text.Json;

namespace SmartFlow.Tests.TokenStore.Queries;

/// <summary>Packs, price rules and reward rules: short lists that are always whole.</summary>
public sealed class ShelfTests
{
    private const string Store = "/api/v1/credit-store/";

    [Fact]
    public async Task The_packs_stand_in_order_with_their_prices()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var packs = await ItemsAsync(await app.SignUpAsync(), "products", "en");
        packs
            .Select(p =>
                (
                    p.GetProperty("code").GetString()!,
                    p.GetProperty("credit_amount").GetInt64(),
                    p.GetProperty("price_text").GetString()!
                )
            )
            .ShouldBe([
                ("credit_free_100", 100, "¥0.00"),
                ("credit_starter_1000", 1_000, "¥9.90"),
                ("credit_lite_3000", 3_000, "¥19.90"),
                ("credit_pro_10000", 10_000, "¥39.90"),
                ("credit_max_40000", 40_000, "¥99.90"),
            ]);
        packs[3].GetProperty("badge").GetString().ShouldBe("Most popular");
        (await ItemsAsync(await app.SignInAsync("mei"), "products", "zh-CN"))[3]
            .GetProperty("badge")
            .GetString()
            .ShouldBe("最受欢迎");
    }

    [Theory]
    [InlineData(1_990, 0)]
    [InlineData(990, 0)]
    [InlineData(1_991, 1_991)]
    public async Task An_original_price_shows_only_when_it_is_higher(long original, long shown)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Tamper($"UPDATE credit_products SET original_price_cent = {original} WHERE code = 'credit_lite_3000'");
        (await ItemsAsync(mei, "products", "en"))[2].GetProperty("original_price_cent").GetInt64().ShouldBe(shown);
    }

    [Fact]
    public async Task A_pack_that_is_no_longer_sold_leaves_the_shelf()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Tamper("UPDATE credit_products SET status = 'inactive' WHERE code = 'credit_lite_3000'");
        (await ItemsAsync(mei, "products", "en")).Length.ShouldBe(4);
    }

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

    private static async Task<JsonElement[]> ItemsAsync(TestUser user, string list, string language) =>
        [
            .. (await user.Http.SendAsync(HttpMethod.Get, Store + list, null, ("Accept-Language", language)))
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];
}
