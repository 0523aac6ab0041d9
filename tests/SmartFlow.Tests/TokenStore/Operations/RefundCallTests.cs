using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class RefundCallTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_charge_is_given_back_once_in_full_or_in_part_and_every_identity_holds(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 3_000_000, "call-1");
        await app.ChargeAsync(mei, 5_000_000, "call-2");
        var whole = (await RefundAsync(boss, mei.Id, "call-1")).ShouldBe(HttpStatusCode.Created).Json;
        whole.GetProperty("amount_micros").GetInt64().ShouldBe(3_000_000);
        whole.GetProperty("event_id").GetString().ShouldBe("call-1");
        whole.GetProperty("reverses").GetInt64().ShouldBeGreaterThan(0);
        (await RefundAsync(boss, mei.Id, "call-1"))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("transaction_id")
            .GetInt64()
            .ShouldBe(whole.GetProperty("transaction_id").GetInt64());
        (await RefundAsync(boss, mei.Id, "call-1", reason: "Another reason")).ShouldBeRefused(ErrorCodes.AlreadyExists);
        (await RefundAsync(boss, mei.Id, "call-2", 5_000_001)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await RefundAsync(boss, mei.Id, "call-2", 2_000_000)).ShouldBe(HttpStatusCode.Created);
        (await RefundAsync(boss, mei.Id, "call-2", 1_000_000)).ShouldBeRefused(ErrorCodes.AlreadyExists);

        (await app.BalanceMicrosAsync(mei)).ShouldBe(97_000_000);
        var summary = (await mei.GetAsync("/api/v1/credit-store/summary")).Json;
        summary.GetProperty("total_consumed_micros").GetInt64().ShouldBe(3_000_000);
        var all = (await mei.GetAsync("/api/v1/credit-store/consumption-dashboard?period=all")).Json;
        all.GetProperty("credit_consumed_micros").GetInt64().ShouldBe(3_000_000);
        all.GetProperty("calls").GetInt64().ShouldBe(2);
        (await boss.GetAsync(Admin + "refunds")).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(2);
        (await boss.AuditAsync("refund")).Count.ShouldBe(2);
        await app.LedgerShouldAgreeAsync();
    }

    [Fact]
    public async Task A_refund_of_more_than_its_charge_is_found_by_reconciliation()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 3, "call-1");
        var decision = await app
            .Services.GetRequiredService<LedgerWorker>()
            .SubmitAsync(
                new Post(
                    (long)mei.Id,
                    Kinds.Refund,
                    "call-1",
                    4,
                    "refund",
                    SystemAccounts.UsageRevenue,
                    "",
                    "{}",
                    new Consumption("", "", "", 0, 0),
                    Reverses: 3
                )
            );
        decision.Outcome.ShouldBe(LedgerOutcome.Applied);
        (await app.LedgerFindingsAsync())
            .ShouldHaveSingleItem()
            .ShouldContain("account 1, sequence 3, refund of transaction 3: 4, should be 3");
    }

    [Fact]
    public async Task What_cannot_be_refunded_is_refused_and_nothing_is_written()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var (mei, li) = (await app.SignUpAsync(), await app.SignUpAsync("lihua"));
        await app.ChargeAsync(mei, 3_000_000, "call-1");
        await app.ChargeAsync(mei, 0, "call-free");
        var before = await app.BooksAsync();
        (await RefundAsync(boss, mei.Id, "nothing")).ShouldBeRefused(ErrorCodes.NotFound);
        (await RefundAsync(boss, li.Id, "call-1")).ShouldBeRefused(ErrorCodes.NotFound);
        (await RefundAsync(boss, mei.Id, "welcome:1")).ShouldBeRefused(ErrorCodes.NotFound);
        (await RefundAsync(boss, mei.Id, "call-free")).ShouldBeRefused(ErrorCodes.Conflict);
        foreach (var amount in new long[] { 0, -1, 3_000_001, long.MaxValue, long.MinValue })
            (await RefundAsync(boss, mei.Id, "call-1", amount)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await RefundAsync(boss, mei.Id, "call-1", reason: new string('x', 501))).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await RefundAsync(boss, 0, "call-1")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await RefundAsync(boss, mei.Id, "'; DROP TABLE credit_ledger; --")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await RefundAsync(mei, mei.Id, "call-1")).ShouldBeRefused(ErrorCodes.Forbidden);
        (await app.BooksAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Operators_who_refund_the_same_call_at_once_refund_it_once()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 3_000_000, "call-1");
        var answers = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(i => RefundAsync(boss, mei.Id, "call-1", i * 100_000))
        );
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(7);
        await app.LedgerShouldAgreeAsync();
    }

    private static Task<Answer> RefundAsync(
        TestUser boss,
        ulong userId,
        string eventId,
        long? amount = null,
        string reason = "The answer was empty"
    ) =>
        boss.PostAsync(
            Admin + "refunds",
            new
            {
                user_id = userId,
                event_id = eventId,
                amount_micros = amount,
                reason,
            }
        );
}
