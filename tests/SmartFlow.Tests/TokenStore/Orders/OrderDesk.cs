using System.Net;

namespace SmartFlow.Tests.TokenStore.Orders;

/// <summary>Short forms of what these tests look at.</summary>
internal static class OrderDesk
{
    private const string Orders = "/api/v1/credit-store/orders";

    /// <summary>Orders are closed by the test alone, two at a time.</summary>
    public static Task<SmartFlowApp> StartAsync() =>
        SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Store:OrderSweepSeconds"] = "3600";
            s.Settings["Store:OrderSweepBatch"] = "2";
        });

    public static async Task<int> TotalAsync(TestUser user, string status) =>
        (await user.GetAsync($"{Orders}?status={status}")).Json.GetProperty("page").GetProperty("total").GetInt32();

    public static async Task<long> StarterOrderAsync(SmartFlowApp app, TestUser user)
    {
        var answer = await app.OrderAsync(user, await app.PackAsync(user, "credit_starter_1000"), 1, "order");
        return answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("order_id").GetInt64();
    }
}
