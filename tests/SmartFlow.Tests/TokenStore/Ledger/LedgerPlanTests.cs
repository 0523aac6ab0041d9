using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Web;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>How PostgreSQL runs what must stay quick when the ledger is long, here 200,000 entries.</summary>
public sealed class LedgerPlanTests(PostgresServer postgres)
{
    private const int Accounts = 2_000;

    /// <summary>The hot path's statements with the types of their parameters.</summary>
    private static readonly (string Name, string Sql, string Types)[] Hot =
    [
        ("accounts", new PostgresLedgerSql().LockAccounts, "bigint[]"),
        ("decisions", new PostgresLedgerSql().Decisions, "bigint[], text[], text[]"),
        ("holds", new PostgresLedgerSql().Holds, "bigint[], text[]"),
        ("orders", new PostgresLedgerSql().LockOrders, "bigint[]"),
        ("payments", new PostgresLedgerSql().Payments, "bigint[], text[]"),
        ("rewards", new PostgresLedgerSql().RewardDays, "bigint[], text[], bigint[]"),
        (
            "update",
            new PostgresLedgerSql().UpdateAccounts,
            "bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint, bigint"
        ),
        ("gone", new PostgresLedgerSql().DeleteHolds, "bigint[], text[]"),
        ("credited", new PostgresLedgerSql().CreditOrders, "bigint[], bigint[], text[], text[], bigint, bigint"),
    ];

    /// <summary>The plan that a connection made while everything was empty is the one that it keeps.</summary>
    [Fact]
    public async Task A_plan_made_while_the_ledger_was_empty_finds_rows_by_index_when_it_is_long()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await database.RunAsync("ANALYZE");
        await using var connection = await database.Source().OpenConnectionAsync();
        await PrepareAsync(connection);
        await FillAsync(database);
        foreach (var (name, sql, types) in Hot)
        {
            var plan = await PlanAsync(connection, name, types);
            plan.ShouldNotContain("Seq Scan", customMessage: sql);
            plan.ShouldNotContain("Hash Join", customMessage: sql);
            plan.ShouldContain("Index", customMessage: sql);
            // A whole index read and then compared with every key is no look-up.
            if (name is not ("update" or "credited"))
                plan.ShouldNotContain("Join Filter", customMessage: sql);
        }
    }

    /// <summary>
    /// Without the ledger's own settings the trap is real; otherwise the test above would prove nothing.
    /// </summary>
    [Fact]
    public async Task An_ordinary_connection_keeps_reading_whole_tables()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await database.RunAsync("ANALYZE");
        await using var connection = (NpgsqlConnection)await database.OpenAsync();
        await ExecuteAsync(connection, "SET plan_cache_mode = force_generic_plan");
        await PrepareAsync(connection);
        await FillAsync(database);
        (await PlanAsync(connection, "decisions", Hot[1].Types)).ShouldContain("Seq Scan");
    }

    [Fact]
    public async Task The_dashboard_and_the_pages_of_transactions_use_the_indexes()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await FillAsync(database);
        await database.RunAsync("ANALYZE");
        var plans = new Plans();
        var factory = new Factory(
            new DbContextOptionsBuilder<TokenStoreDb>()
                .UseNpgsql(database.ConnectionString)
                .AddInterceptors(plans)
                .Options
        );
        var dashboard = new GetDashboard(factory, Options.Create(new StoreOptions()), TimeProvider.System);
        foreach (var period in DashboardWindow.Periods)
            await dashboard.HandleAsync(5, period, default);
        var list = new ListTransactions(factory);
        foreach (
            var (source, direction) in new[]
            {
                ("", ""),
                ("charge", ""),
                ("", "income"),
                ("", "expense"),
                ("forum_like", ""),
            }
        )
        foreach (var page in new[] { 1, 3 })
            await list.HandleAsync(
                5,
                PageQuery.Of(page, 20),
                TransactionFilter.Of(source, direction),
                Language.English,
                default
            );
        plans.Seen.Count.ShouldBeGreaterThan(20);
        foreach (var plan in plans.Seen)
            plan.ShouldNotContain("Seq Scan");
        string.Concat(plans.Seen).ShouldContain("ux_credit_ledger_seq");
        string.Concat(plans.Seen).ShouldContain("ix_credit_ledger_other");
    }

    private static async Task PrepareAsync(NpgsqlConnection connection)
    {
        foreach (var (name, sql, types) in Hot)
        {
            await ExecuteAsync(connection, $"PREPARE plan_{name} ({types}) AS {sql}");
            if (!types.EndsWith("bigint, bigint", StringComparison.Ordinal))
                await ExecuteAsync(connection, Execute(name, types));
        }
    }

    private static string Execute(string name, string types) =>
        $"EXECUTE plan_{name} ({string.Join(", ", types.Split(',').Select(_ => "NULL"))})";

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string name, string types) =>
        string.Join(
            '\n',
            await LedgerCheck.ReadAsync(connection, "EXPLAIN (COSTS OFF) " + Execute(name, types), r => r.GetString(0))
        );

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task FillAsync(LedgerDatabase database) =>
        database.RunAsync(
            $"""
            INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros,
                created_at, updated_at) SELECT n, -100, 0, 100, 100, 0, 0, 100, 0, 0 FROM generate_series(1, {Accounts}) AS n;
            INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id,
                fingerprint, description, metadata_json, created_at)
            SELECT 1 + n % {Accounts}, 1 + n / {Accounts}, CASE WHEN n / {Accounts} % 5 = 0 THEN 'reward' ELSE 'call' END, 'e' || n,
                CASE WHEN n / {Accounts} % 5 = 0 THEN 'forum_like' ELSE 'charge' END, CASE WHEN n / {Accounts} % 5 = 0 THEN 1 ELSE -1 END,
                -n, -3, n, n, '', '', n FROM generate_series(0, 199999) AS n;
            INSERT INTO credit_rollups (account_id, hour, scene, provider_name, model_name, credit_micros, tokens, calls)
            SELECT 1 + n % {Accounts}, extract(epoch FROM now())::bigint / 3600 - n / {Accounts}, 's', 'p', 'm', 1, 1, 1 FROM generate_series(0, 99999) AS n;
            INSERT INTO credit_holds (account_id, event_id, amount_micros, created_at, expires_at)
            SELECT 1 + n % {Accounts}, 'h' || n, 1, 0, 0 FROM generate_series(0, 19999) AS n
            """
        );

    private sealed class Factory(DbContextOptions<TokenStoreDb> options) : IDbContextFactory<TokenStoreDb>
    {
        public TokenStoreDb CreateDbContext() => new(options);
    }

    private sealed class Plans : DbCommandInterceptor
    {
        public ConcurrentBag<string> Seen { get; } = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            await using var explain = (NpgsqlCommand)command.Connection!.CreateCommand();
            explain.CommandText = "EXPLAIN (COSTS OFF) " + command.CommandText;
            foreach (NpgsqlParameter p in command.Parameters)
                explain.Parameters.Add(p.Clone());
            await using var row = await explain.ExecuteReaderAsync(cancellationToken);
            var steps = new List<string>();
            while (await row.ReadAsync(cancellationToken))
                steps.Add(row.GetString(0));
            Seen.Add(command.CommandText + "\n→ " + string.Join("\n  ", steps));
            return result;
        }
    }
}
