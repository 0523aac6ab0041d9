using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class AccountsTests
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

    [Fact]
    public async Task A_stuck_hold_is_given_back_only_with_a_reason_and_a_confirmation()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        await HoldAsync(app, mei, "stuck", 7_000_000);
        (await ReleaseAsync(boss, mei.Id, "stuck", "The call is gone", confirm: false)).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await ReleaseAsync(boss, mei.Id, "stuck", "", confirm: true)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await ReleaseAsync(boss, mei.Id, "other", "The call is gone", confirm: true)).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await boss.AuditAsync("hold.release")).ShouldBeEmpty();
        var released = (await ReleaseAsync(boss, mei.Id, "stuck", "The call is gone", confirm: true))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        released.GetProperty("amount_micros").GetInt64().ShouldBe(7_000_000);
        released.GetProperty("held_micros").GetInt64().ShouldBe(0);
        (await boss.AuditAsync("hold.release"))
            .ShouldHaveSingleItem()
            .GetProperty("reason")
            .GetString()
            .ShouldBe("The call is gone");
        (await ReleaseAsync(boss, mei.Id, "stuck", "The call is gone", confirm: true)).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        await app.LedgerShouldAgreeAsync();
    }

    private static async Task HoldAsync(SmartFlowApp app, TestUser user, string eventId, long micros) =>
        (
            await app
                .Services.GetRequiredService<ICreditLedger>()
                .ReserveAsync(
                    new ReserveRequest
                    {
                        Key = new CallKey { UserId = user.Id, EventId = eventId },
                        AmountMicros = micros,
                    },
                    default
                )
        ).Outcome.ShouldBe(ReserveOutcome.Reserved);

    private static Task<Answer> ReleaseAsync(
        TestUser boss,
        ulong userId,
        string eventId,
        string reason,
        bool confirm
    ) =>
        boss.PostAsync(
            Admin + "holds/release",
            new
            {
                user_id = userId,
                event_id = eventId,
                reason,
                confirm,
            }
        );

    private static int Total(Answer answer) =>
        answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("page").GetProperty("total").GetInt32();
}
