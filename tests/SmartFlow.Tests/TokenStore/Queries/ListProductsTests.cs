using static SmartFlow.Tests.TokenStore.Queries.Shelf;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class ListProductsTests
{
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
}
