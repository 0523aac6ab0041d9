using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Orders.OrderDesk;

namespace SmartFlow.Tests.TokenStore.Orders;

public sealed class PayOrderTests
{
    private const string Store = "/api/v1/credit-store/";

    [Fact]
    public async Task A_paid_order_is_credited_once_however_often_it_is_paid()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var order = await StarterOrderAsync(app, mei);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 24).Select(i => app.PayAsync(mei, order, i % 2 == 0 ? "same" : $"k{i}"))
        );
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.OK);
        answers.ShouldAllBe(a => a.Json.GetProperty("status").GetString() == "credited");
        var paid = answers[0].Json;
        paid.GetProperty("paid_at")
            .GetDateTimeOffset()
            .ShouldBeLessThanOrEqualTo(paid.GetProperty("credited_at").GetDateTimeOffset());

        var summary = (await mei.GetAsync(Store + "summary")).Json;
        summary.GetProperty("balance").GetInt64().ShouldBe(1_100);
        summary.GetProperty("total_recharged").GetInt64().ShouldBe(1_000);
        var entry = (await mei.GetAsync(Store + "transactions?source=order"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single();
        entry.GetProperty("order_id").GetInt64().ShouldBe(order);
        entry.GetProperty("event_id").GetString().ShouldBe($"order:{order}");
        entry.GetProperty("amount").GetInt64().ShouldBe(1_000);
    }

    [Theory]
    [InlineData("9999")]
    [InlineData("9223372036854775807")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("abc")]
    public async Task An_order_that_does_not_exist_is_not_paid(string id)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var answer = await mei.PostAsync(
            $"{Store}orders/{id}/mock-paid",
            new { mock_channel = "" },
            ("Idempotency-Key", "k")
        );
        answer.ShouldBeRefused(ErrorCodes.NotFound);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }

    [Fact]
    public async Task Without_a_key_or_with_an_odd_channel_nothing_is_paid()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var url = $"{Store}orders/{await StarterOrderAsync(app, mei)}/mock-paid";
        (await mei.PostAsync(url, new { mock_channel = "x" })).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        foreach (var channel in new[] { "<script>", "'; DROP TABLE credit_orders", new string('a', 33) })
            (await mei.PostAsync(url, new { mock_channel = channel }, ("Idempotency-Key", "k"))).ShouldBeRefused(
                ErrorCodes.InvalidArgument
            );
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }

    [Theory]
    [InlineData("Development", "false")]
    [InlineData("Production", null)]
    public async Task Where_the_mock_channel_is_off_nobody_pays_with_it(string environment, string? setting)
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Environment = environment;
            if (setting is not null)
                s.Settings["Store:MockPayment"] = setting;
        });
        var mei = await app.SignUpAsync();
        (await app.PayAsync(mei, await StarterOrderAsync(app, mei))).ShouldBeRefused(ErrorCodes.MockPaymentOff);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }
}
