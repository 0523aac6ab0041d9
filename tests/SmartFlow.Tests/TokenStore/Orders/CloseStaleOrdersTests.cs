using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore.Orders;

namespace SmartFlow.Tests.TokenStore.Orders;

public sealed class CloseStaleOrdersTests
{
    private const string Orders = "/api/v1/credit-store/orders";

    [Fact]
    public async Task Orders_that_were_not_paid_in_time_are_closed_in_bounded_steps_and_the_rest_stays()
    {
        await using var app = await StartAsync();
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, "credit_starter_1000");
        for (var i = 0; i < 5; i++)
            await app.OrderAsync(mei, pack, 1, $"old{i}");
        var paid = (await app.OrderAsync(mei, pack, 1, "paid")).Json.GetProperty("order_id").GetInt64();
        await app.PayAsync(mei, paid);
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        mei = await app.SignInAsync("mei");
        var young = (await app.OrderAsync(mei, pack, 1, "young")).Json.GetProperty("order_id").GetInt64();

        (await SweepAsync(app)).ShouldBe(5);
        (await SweepAsync(app)).ShouldBe(0);
        (await TotalAsync(mei, "closed")).ShouldBe(5);
        (await mei.GetAsync($"{Orders}/{paid}")).Json.GetProperty("status").GetString().ShouldBe("credited");
        (await mei.GetAsync($"{Orders}/{young}")).Json.GetProperty("status").GetString().ShouldBe("pending");
    }

    [Fact]
    public async Task A_closed_order_cannot_be_paid_and_gives_the_free_packs_day_back()
    {
        await using var app = await StartAsync();
        // Noon in Shanghai, so that the day does not change within the test.
        app.Clock.SetTo(new DateTimeOffset(2027, 3, 1, 4, 0, 0, TimeSpan.Zero));
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, "credit_free_100");
        var order = (await app.OrderAsync(mei, pack, 1, "first")).Json.GetProperty("order_id").GetInt64();
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        (await SweepAsync(app)).ShouldBe(1);
        mei = await app.SignInAsync("mei");
        (await app.PayAsync(mei, order)).ShouldBeRefused(ErrorCodes.Conflict);
        (await app.OrderAsync(mei, pack, 1, "second")).ShouldBe(HttpStatusCode.Created);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }

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

    private static Task<SmartFlowApp> StartAsync() =>
        SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Store:OrderSweepSeconds"] = "3600";
            s.Settings["Store:OrderSweepBatch"] = "2";
        });

    private static Task<int> SweepAsync(SmartFlowApp app) =>
        app.Services.GetRequiredService<CloseStaleOrders>().SweepAsync(default);

    private static async Task<int> TotalAsync(TestUser user, string status) =>
        (await user.GetAsync($"{Orders}?status={status}")).Json.GetProperty("page").GetProperty("total").GetInt32();
}
