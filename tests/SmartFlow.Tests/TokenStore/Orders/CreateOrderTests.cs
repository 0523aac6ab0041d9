using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore.Orders;

public sealed class CreateOrderTests
{
    private const string Orders = "/api/v1/credit-store/orders";
    private const string Starter = "credit_starter_1000";
    private const string Free = "credit_free_100";

    [Fact]
    public async Task An_order_waits_for_its_payment_and_keeps_the_pack_as_it_was()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var answer = (await app.OrderAsync(mei, await app.PackAsync(mei, Starter), 3, "first")).ShouldBe(
            HttpStatusCode.Created
        );
        var order = answer.Json;
        order.GetProperty("status").GetString().ShouldBe("pending");
        order.GetProperty("credit_amount").GetInt64().ShouldBe(3_000);
        order.GetProperty("credit_amount_micros").GetInt64().ShouldBe(3_000_000_000);
        order.GetProperty("amount_cent").GetInt64().ShouldBe(2_970);
        order.GetProperty("price_text").GetString().ShouldBe("¥29.70");
        order.GetProperty("order_no").GetString()!.ShouldMatch("^SF[0-9]{8}-[0-9A-HJKMNP-TV-Z]{10}$");
        order.GetProperty("product_snapshot").GetString()!.ShouldContain("\"credit_amount\":1000");
        answer.Header("Location").ShouldBe($"{Orders}/{order.GetProperty("order_id").GetInt64()}");
        (await mei.GetAsync(answer.Header("Location")!)).Text.ShouldBe(answer.Text);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }

    [Fact]
    public async Task The_same_key_and_content_at_the_same_time_make_one_order()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, Starter);
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => app.OrderAsync(mei, pack, 2, "again")));
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created);
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        (await mei.GetAsync(Orders)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_refused_and_orders_nothing()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, Starter);
        await app.OrderAsync(mei, pack, 2, "again");
        (await app.OrderAsync(mei, pack, 3, "again")).ShouldBeRefused(ErrorCodes.KeyReused);
        (await app.OrderAsync(mei, pack + 1, 2, "again")).ShouldBeRefused(ErrorCodes.KeyReused);
        (await mei.GetAsync(Orders)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Two_buyers_may_use_the_same_key()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, li) = (await app.SignUpAsync("mei"), await app.SignUpAsync("lihua"));
        var pack = await app.PackAsync(mei, Starter);
        var hers = (await app.OrderAsync(mei, pack, 1, "same")).ShouldBe(HttpStatusCode.Created);
        var his = (await app.OrderAsync(li, pack, 1, "same")).ShouldBe(HttpStatusCode.Created);
        his.Json.GetProperty("order_id").GetInt64().ShouldNotBe(hers.Json.GetProperty("order_id").GetInt64());
    }

    [Theory]
    [InlineData("")]
    [InlineData("has a space")]
    public async Task A_key_is_needed_and_is_visible_ascii(string key)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (string, string)[] headers = key.Length == 0 ? [] : [("Idempotency-Key", key)];
        var answer = await mei.PostAsync(Orders, new { product_id = 2, quantity = 1 }, headers);
        answer.ShouldBe(HttpStatusCode.BadRequest);
        answer.Code.ShouldBe(key.Length == 0 ? "idempotency_key_required" : "invalid_argument");
    }

    [Fact]
    public async Task The_key_may_come_by_its_other_name_and_may_look_like_sql()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var body = new { product_id = await app.PackAsync(mei, Starter), quantity = 1 };
        const string Key = "';DROP/**/TABLE/**/credit_orders;--";
        var first = (await mei.PostAsync(Orders, body, ("X-Idempotency-Key", Key))).ShouldBe(HttpStatusCode.Created);
        (await mei.PostAsync(Orders, body, ("Idempotency-Key", Key))).Text.ShouldBe(first.Text);
    }

    [Theory]
    [InlineData("2", "0")]
    [InlineData("2", "-1")]
    [InlineData("2", "100")]
    [InlineData("2", "2147483648")]
    [InlineData("2", "1.5")]
    [InlineData("2", "\"1\"")]
    [InlineData("2", "null")]
    [InlineData("0", "1")]
    [InlineData("-1", "1")]
    [InlineData("9223372036854775808", "1")]
    [InlineData("18446744073709551616", "1")]
    [InlineData("\"1 OR 1=1\"", "1")]
    public async Task A_bad_pack_or_quantity_is_named_and_nothing_is_ordered(string product, string quantity)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var answer = await app.OrderAsync(
            mei,
            System.Text.Json.Nodes.JsonNode.Parse(product)!,
            System.Text.Json.Nodes.JsonNode.Parse(quantity)!,
            "bad"
        );
        answer.ShouldBe(HttpStatusCode.BadRequest);
        answer
            .Json.GetProperty("errors")
            .EnumerateObject()
            .Single()
            .Name.ShouldBe(product == "2" ? "quantity" : "product_id");
        (await mei.GetAsync(Orders)).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_pack_that_does_not_exist_or_is_no_longer_sold_cannot_be_ordered()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await app.OrderAsync(mei, 9_999, 1, "unknown")).ShouldBeRefused(ErrorCodes.NotFound);
        (await app.OrderAsync(mei, long.MaxValue, 99, "huge")).ShouldBeRefused(ErrorCodes.NotFound);
        var pack = await app.PackAsync(mei, Starter);
        app.Tamper($"UPDATE credit_products SET status = 'inactive' WHERE product_id = {pack}");
        (await app.OrderAsync(mei, pack, 1, "inactive")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task The_free_pack_is_one_a_day_on_the_stores_own_calendar()
    {
        await using var app = await SmartFlowApp.StartAsync();
        // 23:30 in Shanghai: half an hour before the day ends there.
        app.Clock.SetTo(new DateTimeOffset(2027, 3, 1, 15, 30, 0, TimeSpan.Zero));
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, Free);
        (await app.OrderAsync(mei, pack, 2, "two")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        var today = (await app.OrderAsync(mei, pack, 1, "today")).ShouldBe(HttpStatusCode.Created);
        (await app.OrderAsync(mei, pack, 1, "more")).ShouldBeRefused(ErrorCodes.Conflict);
        await app.PayAsync(mei, today.Json.GetProperty("order_id").GetInt64());
        (await app.OrderAsync(mei, pack, 1, "more")).ShouldBeRefused(ErrorCodes.Conflict);
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        (await app.OrderAsync(await app.SignInAsync("mei"), pack, 1, "tomorrow")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Many_orders_of_the_free_pack_at_once_make_one()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, Free);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => app.OrderAsync(mei, pack, 1, $"k{i}")));
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(15);
    }

    [Fact]
    public async Task Only_so_many_orders_of_a_buyer_wait_for_payment()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Store:PendingOrdersPerUser"] = "2");
        var mei = await app.SignUpAsync();
        var pack = await app.PackAsync(mei, Starter);
        await app.OrderAsync(mei, pack, 1, "a");
        var second = await app.OrderAsync(mei, pack, 1, "b");
        (await app.OrderAsync(mei, pack, 1, "c")).ShouldBeRefused(ErrorCodes.RateLimited);
        (await app.OrderAsync(mei, pack, 1, "b")).ShouldBe(HttpStatusCode.Created);
        await app.PayAsync(mei, second.Json.GetProperty("order_id").GetInt64());
        (await app.OrderAsync(mei, pack, 1, "c")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_orders_nothing()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.PostAsync(Orders, new { product_id = 2, quantity = 1 })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }
}
