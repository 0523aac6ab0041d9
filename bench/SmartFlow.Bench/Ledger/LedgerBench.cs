using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Bench.Ledger;

/// <summary>
/// bench/run.sh ledger: settlement through the LedgerWorker on a PostgreSQL of its own with default settings, beside
/// one transaction for each charge written with pgbench in the same run; reserves at a fixed rate; SQLite; a long
/// ledger.
/// </summary>
internal static class LedgerBench
{
    private const int Accounts = 10_000;

    /// <summary>
    /// Charges on their way: a full batch for each of two workers in the database, and half a batch waiting.
    /// </summary>
    private const int AtOnce = 256;

    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var only = options.SkipWhile(o => o != "--only").Skip(1).FirstOrDefault() ?? "";
        var rows = options
            .SkipWhile(o => o != "--rows")
            .Skip(1)
            .Select(o => long.Parse(o, CultureInfo.InvariantCulture))
            .FirstOrDefault(quick ? 200_000 : 5_000_000);
        var (rounds, seconds) = quick ? (1, 3) : (3, 6);
        var report = new LedgerReport(quick, rounds, seconds, rows);
        await using var postgres = await BenchPostgres.StartAsync();
        try
        {
            await MeasureAsync(postgres, report, only, rounds, seconds, rows);
        }
        catch (Exception e)
        {
            // Caught, so that the server is stopped whatever happens.
            Console.Error.WriteLine(e);
            return 1;
        }
        Console.WriteLine(report.Write());
        return 0;
    }

    private static async Task MeasureAsync(
        BenchPostgres postgres,
        LedgerReport report,
        string only,
        int rounds,
        int seconds,
        long rows
    )
    {
        if (only is "" or "settle")
            await SettleAsync(postgres, report, rounds, seconds);
        if (only is "" or "sqlite")
            await SqliteAsync(report, seconds);
        if (only is "" or "long")
        {
            var ledger = await postgres.NewLedgerAsync("long");
            await LongLedger.FillAsync(ledger, rows);
            foreach (var view in await LongLedger.ReadAsync(ledger, rounds * 100))
                report.Add(view);
        }
    }

    private static async Task SettleAsync(BenchPostgres postgres, LedgerReport report, int rounds, int seconds)
    {
        var (ledger, baseline) = (await postgres.NewLedgerAsync("ledger"), await postgres.NewLedgerAsync("baseline"));
        await OpenAccountsAsync(baseline);
        await using var source = LedgerConnections.Open(ledger, new TokenStoreOptions());
        await using var worker = LedgerLoad.Worker(new PostgresLedgerStore(source), workers: 2);
        var load = new LedgerLoad(worker, postgres.CpuSeconds);
        await load.OpenAsync(Accounts);
        await load.ChargeAsync(Accounts, AtOnce, seconds);
        await BenchPostgres.ExecuteAsync(ledger, "VACUUM ANALYZE");
        foreach (var (name, accounts) in new[] { ("10,000 accounts", Accounts), ("one hot account", 1) })
        {
            var (one, batched) = (new List<double>(), new List<LedgerRun>());
            for (var round = 0; round < rounds; round++)
            {
                one.Add(await postgres.PgbenchAsync("baseline", OneByOne.Script, 8, seconds, $"n={accounts}"));
                batched.Add(await load.ChargeAsync(accounts, AtOnce, seconds));
            }
            report.AddSettled(name, one.Order().ElementAt(rounds / 2), LedgerRun.Median(batched));
        }
        // What the runs above left to the server is not the latency of what follows.
        await BenchPostgres.ExecuteAsync(ledger, "CHECKPOINT");
        await BenchPostgres.ExecuteAsync(ledger, "VACUUM ANALYZE");
        report.AddLatency("charges, 768 at once", await load.ChargeAsync(Accounts, 768, seconds));
        report.AddLatency("charges, 64 at once", await load.ChargeAsync(Accounts, 64, seconds));
        report.AddLatency("one charge at a time", await load.ChargeAsync(Accounts, 1, seconds));
        report.AddLatency("reserves at 1,000/s", await load.ReserveAsync(Accounts, 1_000, seconds));
        report.Audited = await AuditAsync(ledger);
    }

    private static async Task OpenAccountsAsync(string ledger)
    {
        await using var source = LedgerConnections.Open(ledger, new TokenStoreOptions());
        await using var worker = LedgerLoad.Worker(new PostgresLedgerStore(source), workers: 2);
        await new LedgerLoad(worker).OpenAsync(Accounts);
        await BenchPostgres.ExecuteAsync(
            ledger,
            """
            INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros,
                created_at, updated_at) VALUES (-3, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            """
        );
        await BenchPostgres.ExecuteAsync(ledger, "VACUUM ANALYZE");
    }

    private static async Task SqliteAsync(LedgerReport report, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("smartflow-bench-").FullName;
        var file = Path.Combine(folder, "tokenstore.db");
        var options = new DbContextOptionsBuilder<TokenStoreDb>()
            .UseSqlite(SqliteFiles.ConnectionString(file, pooling: false))
            .ConfigureWarnings(w =>
                w.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.PendingModelChangesWarning)
            );
        await using (var db = new TokenStoreDb(options.Options))
            await db.Database.MigrateAsync();
        await using (var writer = new SqliteWriter(file, 8_192))
        await using (var worker = LedgerLoad.Worker(new SqliteLedgerStore(writer, TimeProvider.System), workers: 1))
        {
            var load = new LedgerLoad(worker);
            await load.OpenAsync(Accounts);
            await load.ChargeAsync(Accounts, AtOnce, 2);
            report.AddLatency(
                "SQLite: charges, 10,000 accounts, 256 at once",
                await load.ChargeAsync(Accounts, AtOnce, seconds)
            );
            report.AddLatency(
                "SQLite: charges, one hot account, 256 at once",
                await load.ChargeAsync(1, AtOnce, seconds)
            );
            report.AddLatency("SQLite: one charge at a time", await load.ChargeAsync(Accounts, 1, seconds));
            report.AddLatency("SQLite: reserves at 1,000/s", await load.ReserveAsync(Accounts, 1_000, seconds));
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the checks of smartflow reconcile find in the ledger that the runs left behind.</summary>
    private static async Task<string> AuditAsync(string ledger)
    {
        await using var connection = new Npgsql.NpgsqlConnection(ledger);
        await connection.OpenAsync();
        var found = 0;
        foreach (var (_, sql) in SmartFlow.TokenStore.Reconcile.LedgerAudit.Checks)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = 100L });
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
                found++;
        }
        return found == 0 ? "agrees with itself" : $"{found} differences";
    }
}
