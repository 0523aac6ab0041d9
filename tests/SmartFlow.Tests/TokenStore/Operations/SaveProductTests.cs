using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class SaveProductTests
{
    [Fact]
    public async Task A_pack_is_made_changed_and_audited_and_what_was_ordered_stays_as_it_was()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        var made = (await boss.PostAsync(Admin + "products", Pack())).ShouldBe(HttpStatusCode.Created).Json;
        var id = made.GetProperty("product_id").GetInt64();
        var order = (await app.OrderAsync(mei, id, 2, "order")).ShouldBe(HttpStatusCode.Created).Json;
        (await boss.PutAsync($"{Admin}products/{id}", Pack(credits: 900, cents: 2_000, status: "inactive"))).ShouldBe(
            HttpStatusCode.OK
        );
        var paid = (await app.PayAsync(mei, order.GetProperty("order_id").GetInt64())).ShouldBe(HttpStatusCode.OK).Json;
        paid.GetProperty("credit_amount").GetInt64().ShouldBe(1_000);
        (await app.OrderAsync(mei, id, 1, "later")).ShouldBeRefused(ErrorCodes.NotFound);

        (await boss.PutAsync($"{Admin}products/{id}", Pack(credits: 900, cents: 2_000, status: "inactive"))).ShouldBe(
            HttpStatusCode.OK
        );
        (await boss.AuditAsync("product.create")).Count.ShouldBe(1);
        var line = (await boss.AuditAsync("product.update")).ShouldHaveSingleItem(
            "a change that changes nothing leaves no line"
        );
        line.GetProperty("before").GetProperty("credit_amount").GetInt64().ShouldBe(500);
        line.GetProperty("after").GetProperty("credit_amount").GetInt64().ShouldBe(900);
        line.GetProperty("subject").GetString().ShouldBe($"product:{id}");
        var list = (await boss.GetAsync(Admin + "products")).Json.GetProperty("items").EnumerateArray();
        list.ShouldContain(p => p.GetProperty("status").GetString() == "inactive");
    }

    [Fact]
    public async Task A_pack_in_the_wrong_unit_or_with_a_missing_name_is_not_saved()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var count = (await boss.GetAsync(Admin + "products")).Json.GetProperty("items").GetArrayLength();
        (object Body, string Field)[] bad =
        [
            (Pack(credits: 0), "credit_amount"),
            (Pack(credits: -1), "credit_amount"),
            (Pack(credits: long.MaxValue), "credit_amount"),
            (Pack(cents: -1), "price_cent"),
            (Pack(cents: long.MaxValue), "price_cent"),
            (Pack(cents: 4), "price_cent"),
            (Pack(cents: 0), "once_a_day"),
            (Pack(name: ""), "name_zh"),
            (Pack(name: new string('x', 101)), "name_zh"),
            (Pack(code: "Robert'); --"), "code"),
            (Pack(status: "gone"), "status"),
        ];
        foreach (var (body, field) in bad)
        {
            var answer = (await boss.PostAsync(Admin + "products", body)).ShouldBeRefused(ErrorCodes.InvalidArgument);
            answer.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(answer.Text);
        }
        (await boss.PostAsync(Admin + "products", Pack(code: "credit_free_100"))).ShouldBeRefused(
            ErrorCodes.AlreadyExists
        );
        (await boss.PutAsync(Admin + "products/999", Pack())).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.PutAsync(Admin + "products/1", Pack())).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await boss.GetAsync(Admin + "products")).Json.GetProperty("items").GetArrayLength().ShouldBe(count);
        (await boss.GetAsync(Admin + "audit")).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(0);
    }

    private static object Pack(
        string code = "term_pack",
        string name = "学期包",
        long credits = 500,
        long cents = 1_500,
        string status = "active"
    ) =>
        new
        {
            code,
            name_zh = name,
            name_en = "Term pack",
            credit_amount = credits,
            price_cent = cents,
            status,
        };
}
