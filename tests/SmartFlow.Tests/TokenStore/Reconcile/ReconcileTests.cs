using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Snapshots;
using static SmartFlow.Tests.TokenStore.Reconcile.LedgerInUse;

namespace SmartFlow.Tests.TokenStore.Reconcile;

public sealed class ReconcileTests
{
    private const string StrangeEntry = """
        INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros,
            counter_account_id, batch_id, fingerprint, description, metadata_json, created_at)
        SELECT 55, 1, 'adjust', 'x', 'adjust', 5, 5, -4, 99, 0, '', '{}', 0
        """;

    [Fact]
    public async Task A_ledger_in_use_agrees_with_itself_and_says_so()
    {
        await using var app = await BusyAsync(charges: 0);
        var (code, text) = await RunAsync(app);
        text.ShouldContain("ledger: agrees");
        text.ShouldContain("snapshots: agrees");
        code.ShouldBe(0, text);
    }

    [Theory]
    [InlineData(
        "UPDATE credit_ledger SET amount_micros = amount_micros + 1 WHERE account_id = 1 AND seq = 3",
        "account 1, sequence 3, balance_after"
    )]
    [InlineData(
        "UPDATE credit_ledger SET balance_after_micros = 7 WHERE account_id = 1 AND seq = 2",
        "account 1, sequence 2, balance_after"
    )]
    [InlineData("DELETE FROM credit_ledger WHERE account_id = 1 AND seq = 2", "account 1, sequence 3, sequence")]
    [InlineData(
        "UPDATE credit_accounts SET posted_micros = posted_micros + 1 WHERE account_id = 1",
        "all accounts: 1, should be 0"
    )]
    [InlineData(
        "UPDATE credit_accounts SET seq = seq + 1 WHERE account_id = 1",
        "account 1, sequence 5, sequence: 5, should be 4"
    )]
    [InlineData(
        "UPDATE credit_accounts SET recharged_micros = 0 WHERE account_id = 1",
        "total_recharged: 0, should be 1000000000"
    )]
    [InlineData(
        "UPDATE credit_accounts SET rewarded_micros = 1 WHERE account_id = 1",
        "total_rewarded: 1, should be 100000000"
    )]
    [InlineData(
        "UPDATE credit_accounts SET consumed_micros = 1 WHERE account_id = 1",
        "total_consumed: 1, should be 3000000"
    )]
    [InlineData("UPDATE credit_accounts SET held_micros = 5 WHERE account_id = 1", "account 1, held: 5, should be 0")]
    [InlineData("INSERT INTO credit_holds VALUES (77, 'ghost', 3, 0, 0)", "account 77, held: 0, should be 3")]
    [InlineData(
        "UPDATE credit_rollups SET credit_micros = credit_micros + 1",
        "account 1, consumed: 3000001, should be 3000000"
    )]
    [InlineData("UPDATE credit_rollups SET calls = calls + 1", "account 1, calls: 3, should be 2")]
    [InlineData("UPDATE credit_orders SET status = 'pending'", "order 1: 1000000000, should be 0")]
    [InlineData("UPDATE credit_orders SET credit_amount = 1", "order 1: 1000000000, should be 1000000")]
    [InlineData("DELETE FROM credit_orders", "order 1: 1000000000, should be 0")]
    [InlineData(StrangeEntry, "batch 99 from transaction")]
    [InlineData(StrangeEntry, "account 55, sequence 1, entries")]
    public async Task Each_difference_is_found_and_named(string damage, string named)
    {
        await using var app = await BusyAsync();
        app.Tamper("DROP TRIGGER credit_ledger_no_update; DROP TRIGGER credit_ledger_no_delete;" + damage);
        var (code, text) = await RunAsync(app);
        text.ShouldContain(named);
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_snapshot_that_runs_ahead_of_the_ledger_is_a_difference()
    {
        await using var app = await BusyAsync();
        await app
            .Services.GetRequiredService<IBalanceSnapshots>()
            .SetIfNewerAsync([(1, new BalanceSnapshot(1, 2, 1_000))], default);
        var (code, text) = await RunAsync(app);
        text.ShouldContain("account 1: balance 1, held 2 at version 1000");
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_read_is_a_difference_and_is_not_made()
    {
        var folder = TestFolders.New();
        var (app, _, _, _) = SmartFlowApp.Build(s => s.DataFolder = folder);
        await using (app)
        {
            var (code, text) = await RunAsync(app.Services);
            text.ShouldContain("could not be checked");
            code.ShouldBe(1);
            File.Exists(Path.Combine(folder, "tokenstore.db")).ShouldBeFalse();
        }
        TestFolders.Delete(folder);
    }

    [Fact]
    public async Task As_json_it_is_the_operators_answer()
    {
        await using var app = await BusyAsync(charges: 0);
        var (code, text) = await RunAsync(app.Services, "--json");
        code.ShouldBe(0);
        var report = JsonDocument.Parse(text).RootElement;
        report.GetProperty("ok").GetBoolean().ShouldBeTrue();
        report
            .GetProperty("checks")
            .EnumerateArray()
            .Select(c => c.GetProperty("name").GetString())
            .ShouldContain("ledger");
        (await RunAsync(app.Services, "--loud")).Code.ShouldBe(2);
    }

    private static Task<(int Code, string Text)> RunAsync(SmartFlowApp app) => RunAsync(app.Services);

    private static async Task<(int Code, string Text)> RunAsync(IServiceProvider services, params string[] arguments)
    {
        var output = new StringWriter();
        var command = services.GetServices<ICommand>().Single(c => c.Name == "reconcile");
        return (await command.RunAsync(arguments, output, default), output.ToString());
    }
}
