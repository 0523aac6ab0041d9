using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore.Orders;
using static SmartFlow.Tests.TokenStore.Orders.OrderDesk;

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

    private static Task<int> SweepAsync(SmartFlowApp app) =>
        app.Services.GetRequiredService<CloseStaleOrders>().SweepAsync(default);
}
