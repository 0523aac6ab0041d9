using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Orders.OrderDesk;

namespace SmartFlow.Tests.TokenStore.Orders;

public sealed class GetOrderTests
{
    private const string Store = "/api/v1/credit-store/";

    [Fact]
    public async Task The_order_of_another_buyer_does_not_exist()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, li) = (await app.SignUpAsync("mei"), await app.SignUpAsync("lihua"));
        var order = await StarterOrderAsync(app, mei);
        (await app.PayAsync(li, order)).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.GetAsync($"{Store}orders/{order}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.GetAsync(Store + "orders")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await mei.GetAsync($"{Store}orders/{order}")).Json.GetProperty("status").GetString().ShouldBe("pending");
    }
}
