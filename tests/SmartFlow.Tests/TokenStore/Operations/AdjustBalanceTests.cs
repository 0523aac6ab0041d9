using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Operations;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class AdjustBalanceTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_adjustment_is_booked_once_per_key_audited_and_listed(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        var first = (await boss.AdjustAsync(mei.Id, 5_000_000, "Goodwill <b>'; DROP TABLE x</b>", "k1"))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        first.GetProperty("amount_micros").GetInt64().ShouldBe(5_000_000);
        first.GetProperty("balance_after_micros").GetInt64().ShouldBe(105_000_000);
        first.GetProperty("operator_id").GetUInt64().ShouldBe(boss.Id);
        var again = (await boss.AdjustAsync(mei.Id, 5_000_000, "Goodwill <b>'; DROP TABLE x</b>", "k1"))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        again.GetProperty("transaction_id").GetInt64().ShouldBe(first.GetProperty("transaction_id").GetInt64());
        (await boss.AdjustAsync(mei.Id, 6_000_000, "Goodwill", "k1")).ShouldBeRefused(ErrorCodes.KeyReused);
        (await boss.AdjustAsync(mei.Id, -205_000_000, "Taken back", "k2")).ShouldBe(HttpStatusCode.Created);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(-100_000_000);

        var list = (await boss.GetAsync(Admin + "adjustments")).Json.GetProperty("items").EnumerateArray().ToArray();
        list.Select(i => i.GetProperty("amount_micros").GetInt64()).ShouldBe([-205_000_000, 5_000_000]);
        list[1].GetProperty("reason").GetString().ShouldBe("Goodwill <b>'; DROP TABLE x</b>");
        var audit = await boss.AuditAsync("adjustment");
        audit.Count.ShouldBe(2);
        audit[1].GetProperty("before").GetProperty("balance_micros").GetInt64().ShouldBe(100_000_000);
        audit[1].GetProperty("after").GetProperty("balance_after_micros").GetInt64().ShouldBe(105_000_000);
        audit[1].GetProperty("operator_id").GetUInt64().ShouldBe(boss.Id);
        audit[1].GetProperty("request_id").GetString().ShouldNotBeNullOrEmpty();
        await app.LedgerShouldAgreeAsync();
    }

    [Fact]
    public async Task Another_service_adjusts_once_per_key_and_is_named_in_the_audit_log()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var ledger = app.Services.GetRequiredService<ICreditLedger>();
        AdjustRequest Request(string key, long micros) =>
            new()
            {
                Key = new() { UserId = mei.Id, EventId = key },
                AmountMicros = micros,
                Reason = "A prize",
                RequestedBy = "contest",
            };
        var first = await ledger.AdjustAsync(Request("prize", 5_000_000), default);
        first.BalanceMicros.ShouldBe(105_000_000);
        (await ledger.AdjustAsync(Request("prize", 5_000_000), default)).ShouldBe(first);
        (
            await Should.ThrowAsync<RefusedException>(() => ledger.AdjustAsync(Request("prize", 6_000_000), default))
        ).Code.ShouldBe(ErrorCodes.KeyReused);
        (
            await Should.ThrowAsync<RefusedException>(() => ledger.AdjustAsync(Request("zero", 0), default))
        ).Code.ShouldBe(ErrorCodes.InvalidArgument);
        (await Should.ThrowAsync<RefusedException>(() => ledger.AdjustAsync(new(), default))).Code.ShouldBe(
            ErrorCodes.InvalidArgument
        );
        (await app.BalanceMicrosAsync(mei)).ShouldBe(105_000_000);
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        (await db.Set<OperatorAuditEntry>().SingleAsync()).OperatorName.ShouldBe("contest");
    }

    [Fact]
    public async Task Bad_input_is_refused_and_nothing_is_written()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        var before = await app.BooksAsync();
        (object User, object Amount, object Reason, ErrorCode Code)[] bad =
        [
            (mei.Id, 0, "Because", ErrorCodes.InvalidArgument),
            (mei.Id, long.MaxValue, "Because", ErrorCodes.InvalidArgument),
            (mei.Id, long.MinValue, "Because", ErrorCodes.InvalidArgument),
            (mei.Id, 1_000_000_000_000_001, "Because", ErrorCodes.InvalidArgument),
            (mei.Id, 1, "", ErrorCodes.InvalidArgument),
            (mei.Id, 1, " x ", ErrorCodes.InvalidArgument),
            (mei.Id, 1, "a\0b", ErrorCodes.InvalidArgument),
            (mei.Id, 1, new string('x', 501), ErrorCodes.InvalidArgument),
            (mei.Id, 1.5, "Because", ErrorCodes.MalformedBody),
            (mei.Id, "9223372036854775808", "Because", ErrorCodes.MalformedBody),
            (0, 1, "Because", ErrorCodes.InvalidArgument),
            (ulong.MaxValue, 1, "Because", ErrorCodes.InvalidArgument),
            (987_654, 1, "Because", ErrorCodes.NotFound),
        ];
        foreach (var (user, amount, reason, code) in bad)
        {
            var answer = await boss.AdjustAsync(user, amount, reason, "k");
            ((int)answer.Status).ShouldBe(code.HttpStatus, $"{user} {amount}: {answer.Text}");
        }
        (
            await boss.PostAsync(
                Admin + "adjustments",
                new
                {
                    user_id = mei.Id,
                    amount_micros = 1,
                    reason = "Because",
                }
            )
        ).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        (await boss.AdjustAsync(mei.Id, 1, "Because", "a b")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await mei.PostAsync(
                Admin + "adjustments",
                new
                {
                    user_id = mei.Id,
                    amount_micros = 1,
                    reason = "Because",
                }
            )
        ).ShouldBeRefused(ErrorCodes.Forbidden);
        (await app.BooksAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_balance_that_would_leave_63_bits_is_refused_and_the_neighbours_are_booked(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        var (mei, li) = (await app.SignUpAsync(), await app.SignUpAsync("lihua"));
        await using (
            var db = await app.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>().CreateDbContextAsync()
        )
        {
            var id = (long)mei.Id;
            await db
                .Accounts.Where(a => a.AccountId == id)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.PostedMicros, long.MaxValue - 5));
        }
        var answers = await Task.WhenAll(
            boss.AdjustAsync(mei.Id, 6, "Too much", "a"),
            boss.AdjustAsync(li.Id, 6, "Just right", "b")
        );
        answers[0].ShouldBeRefused(ErrorCodes.InvalidArgument);
        answers[1].ShouldBe(HttpStatusCode.Created);
        (await boss.AdjustAsync(mei.Id, 5, "Just fits", "c")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_process_that_died_before_the_audit_line_gets_it_with_the_repeat()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        (await boss.AdjustAsync(mei.Id, 7, "Because", "k")).ShouldBe(HttpStatusCode.Created);
        app.Tamper("DROP TRIGGER operator_audit_no_delete; DELETE FROM operator_audit");
        (await boss.AdjustAsync(mei.Id, 7, "Because", "k")).ShouldBe(HttpStatusCode.Created);
        (await boss.AuditAsync("adjustment")).Count.ShouldBe(1);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_007);
    }
}
