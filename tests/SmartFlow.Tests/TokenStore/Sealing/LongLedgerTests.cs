using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Sealing;

namespace SmartFlow.Tests.TokenStore.Sealing;

/// <summary>Sealing and reconciling a ledger of 20,000 charges, with SMARTFLOW_SOAK of a million.</summary>
public sealed class LongLedgerTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Accounts = 200;
    private const int BatchSize = 100;
    private static readonly int Charges = Environment.GetEnvironmentVariable("SMARTFLOW_SOAK") is { Length: > 0 }
        ? 1_000_000
        : 20_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_long_ledger_is_sealed_and_agrees_with_itself(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null, s =>
            s.Settings["Sealing:IntervalSeconds"] = "0"
        );
        await using (
            var db = await app.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>().CreateDbContextAsync()
        )
        {
            db.Database.SetCommandTimeout(600);
            foreach (var sql in Fill())
                await db.Database.ExecuteSqlRawAsync(sql);
        }
        var (sealer, batches) = (app.Services.GetRequiredService<SealLedger>(), 0);
        await TimedAsync("sealed", async () =>
        {
            for (var n = 1; n > 0; batches += n)
                n = await sealer.SealAsync(default);
        });
        batches.ShouldBe(Charges / BatchSize);
        foreach (var name in new[] { "ledger", "seals", "snapshots" })
        {
            var findings = new List<string>();
            await TimedAsync(name, async () =>
            {
                await foreach (
                    var finding in app
                        .Services.GetServices<IReconciliation>()
                        .Single(r => r.Name == name)
                        .CheckAsync(default)
                )
                    findings.Add(finding.ToString());
            });
            findings.ShouldBeEmpty();
        }
    }

    private async Task TimedAsync(string what, Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Charges} charges, {what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s, working set {Environment.WorkingSet >> 20} MiB"
            )
        );
    }

    /// <summary>Charges of 1 micro-credit, in turn over the accounts, with the other side of each batch.</summary>
    private static IEnumerable<string> Fill()
    {
        const string columns =
            "account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id, fingerprint, description, metadata_json, created_at";
        var each = Charges / Accounts;
        yield return $"""
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {Charges - 1})
            INSERT INTO credit_ledger ({columns})
            SELECT 1000 + i % {Accounts}, i / {Accounts} + 1, 'call', 'e' || i, 'charge', -1, -(i / {Accounts} + 1), -3, 1000000 + i / {BatchSize}, i,
                'demo · agent.chat', '["a description as long as the metadata of a call usually is, which is some three hundred characters"]', i
            FROM n ORDER BY i
            """;
        yield return $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Charges / BatchSize})
            INSERT INTO credit_ledger ({columns})
            SELECT -3, i, 'system', 'batch:' || i, 'batch', {BatchSize}, i * {BatchSize}, 0, 1000000 + i - 1, 0, '', '[]', i FROM n ORDER BY i
            """;
        yield return $"""
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {Accounts - 1})
            INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros,
                created_at, updated_at)
            SELECT 1000 + i, -{each}, 0, {each}, {each}, 0, 0, {each}, 0, 0 FROM n
            """;
        yield return $"""
            INSERT INTO credit_rollups (account_id, hour, scene, provider_name, model_name, credit_micros, tokens, calls)
            SELECT account_id, 0, '', '', '', {each}, 0, {each} FROM credit_accounts WHERE account_id >= 1000
            """;
        yield return $"UPDATE credit_accounts SET posted_micros = {Charges}, seq = {Charges / BatchSize}, rev = 1 WHERE account_id = -3";
    }
}
