using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class ListAccountsTests
{
    [Fact]
    public async Task An_operator_sees_an_account_with_its_ledger_holds_and_orders()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        await app.OrderAsync(mei, await app.PackAsync(mei, "credit_starter_1000"), 1, "order");
        await HoldAsync(app, mei, "stuck", 7_000_000);
        var account = (await boss.GetAsync($"{Admin}accounts/{mei.Id}")).ShouldBe(HttpStatusCode.OK).Json;
        account.GetProperty("summary").GetProperty("balance_micros").GetInt64().ShouldBe(100_000_000);
        account.GetProperty("summary").GetProperty("held_micros").GetInt64().ShouldBe(7_000_000);
        account.GetProperty("available_micros").GetInt64().ShouldBe(93_000_000);
        account.GetProperty("seq").GetInt64().ShouldBe(1);
        Total(await boss.GetAsync($"{Admin}accounts/{mei.Id}/transactions?source=welcome")).ShouldBe(1);
        Total(await boss.GetAsync($"{Admin}accounts/{mei.Id}/holds")).ShouldBe(1);
        Total(await boss.GetAsync($"{Admin}accounts/{mei.Id}/orders?status=pending")).ShouldBe(1);
        Total(await boss.GetAsync(Admin + "accounts")).ShouldBe(2);
        Total(await boss.GetAsync($"{Admin}accounts?user_id={mei.Id}")).ShouldBe(1);
        Total(await boss.GetAsync(Admin + "accounts?user_id=77")).ShouldBe(0);
        Total(await boss.GetAsync(Admin + "users?q=ME")).ShouldBe(1);
        Total(await boss.GetAsync($"{Admin}users?q={boss.Id}")).ShouldBe(1);
        Total(await boss.GetAsync(Admin + "users?q=%25")).ShouldBe(0);
        foreach (var part in new[] { "", "/transactions", "/holds", "/orders" })
        {
            (await boss.GetAsync($"{Admin}accounts/77{part}")).ShouldBeRefused(ErrorCodes.NotFound);
            (await boss.GetAsync($"{Admin}accounts/0{part}")).ShouldBeRefused(ErrorCodes.InvalidArgument);
            (await mei.GetAsync($"{Admin}accounts/{mei.Id}{part}")).ShouldBeRefused(ErrorCodes.Forbidden);
        }
        foreach (var list in new[] { "accounts", "adjustments", "refunds", "audit", "dead-letters", "users" })
        {
            (await boss.GetAsync($"{Admin}{list}?page=0")).ShouldBeRefused(ErrorCodes.InvalidArgument);
            (await boss.GetAsync($"{Admin}{list}?page_size=1000000")).ShouldBeRefused(ErrorCodes.InvalidArgument);
            (await mei.GetAsync(Admin + list)).ShouldBeRefused(ErrorCodes.Forbidden);
        }
    }

    private static int Total(Answer answer) =>
        answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("page").GetProperty("total").GetInt32();
}
