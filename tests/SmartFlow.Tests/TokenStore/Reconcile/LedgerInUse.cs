namespace SmartFlow.Tests.TokenStore.Reconcile;

/// <summary>A ledger in which something has happened.</summary>
internal static class LedgerInUse
{
    /// <summary>
    /// User 1: welcome, a pack and the charges, of which the model's side knows nothing; sequences 1 to 4.
    /// </summary>
    public static async Task<SmartFlowApp> BusyAsync(int charges = 2)
    {
        var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        mei.Id.ShouldBe(1UL);
        var order = await app.OrderAsync(mei, await app.PackAsync(mei, "credit_starter_1000"), 1, "order");
        await app.PayAsync(mei, order.Json.GetProperty("order_id").GetInt64());
        for (var i = 1; i <= charges; i++)
            await app.ChargeAsync(mei, i * 1_000_000, $"call-{i}");
        return app;
    }
}
