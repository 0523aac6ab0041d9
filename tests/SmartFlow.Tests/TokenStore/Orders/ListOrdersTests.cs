using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Orders.OrderDesk;

namespace SmartFlow.Tests.TokenStore.Orders;

public sealed class ListOrdersTests
{
    private const string Orders = "/api/v1/credit-store/orders";

    [Fact]
    public async Task Lists_are_newest_first_page_by_page_and_by_status()
    {
        await using var app = await StartAsync();
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, "credit_lite_3000");
        for (var i = 0; i < 7; i++)
            await app.OrderAsync(mei, pack, 1, $"k{i}");
        await app.PayAsync(mei, (await app.OrderAsync(mei, pack, 1, "k3")).Json.GetProperty("order_id").GetInt64());
        var ids = new List<long>();
        for (var page = 1; page <= 3; page++)
        {
            var answer = (await mei.GetAsync($"{Orders}?page={page}&page_size=3")).Json;
            ids.AddRange(
                answer.GetProperty("items").EnumerateArray().Select(o => o.GetProperty("order_id").GetInt64())
            );
            answer.GetProperty("page").GetProperty("has_more").GetBoolean().ShouldBe(page < 3);
        }
        ids.ShouldBe(ids.OrderDescending());
        ids.Distinct().Count().ShouldBe(7);
        (await TotalAsync(mei, "credited")).ShouldBe(1);
        (await TotalAsync(mei, "pending")).ShouldBe(6);
    }

    [Theory]
    [InlineData("page=0")]
    [InlineData("page=-1")]
    [InlineData("page=abc")]
    [InlineData("page=99999999999999")]
    [InlineData("page_size=0")]
    [InlineData("page_size=1000000")]
    [InlineData("status=unknown")]
    [InlineData("status='OR'1'='1")]
    public async Task A_bad_page_or_status_is_refused(string query)
    {
        await using var app = await StartAsync();
        (await (await app.SignUpAsync()).GetAsync($"{Orders}?{query}")).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }
}
