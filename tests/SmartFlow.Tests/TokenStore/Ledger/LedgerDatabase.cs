using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Snapshots;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>
/// A migrated ledger of a test's own, without a host; every store that it opens is what a process would open.
/// </summary>
internal abstract class LedgerDatabase : IAsyncDisposable
{
    protected static readonly string[] Tables =
    [
        "credit_accounts",
        "credit_ledger",
        "credit_holds",
        "credit_rejections",
        "credit_rollups",
        "credit_orders",
        "credit_reward_days",
        "credit_welcome_grants",
    ];

    public static async Task<LedgerDatabase> SqliteAsync()
    {
        var database = new OnSqlite(TestFolders.New());
        await database.MigrateAsync(o => o.UseSqlite(database.ConnectionString));
        return database;
    }

    /// <param name="options">Server settings of the ledger's own connections, as -c name=value.</param>
    public static async Task<OnPostgres> PostgresAsync(PostgresServer server, string options = "")
    {
        var database = new OnPostgres(await server.NewDatabaseAsync(), options);
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand("CREATE SCHEMA tokenstore", connection);
            await create.ExecuteNonQueryAsync();
        }
        await database.MigrateAsync(o => o.UseNpgsql(database.ConnectionString));
        await database.RunAsync(OnPostgres.KillTrigger);
        return database;
    }

    public abstract ILedgerStore Store(Action<string>? reach = null, PostgresLedgerSql? sql = null);

    public abstract Task<DbConnection> OpenAsync();

    /// <summary>Everything gone, as if it had just been migrated, and the ledger's own protection with it.</summary>
    public abstract Task EmptyAsync();

    /// <summary>The next insert of an entry kills its own connection, where the database can do that.</summary>
    public virtual Task ArmKillAsync() => Task.CompletedTask;

    /// <summary>Whether it did.</summary>
    public virtual Task<bool> DisarmKillAsync() => Task.FromResult(false);

    /// <summary>The workers of one process.</summary>
    public static LedgerWorker Worker(
        ILedgerStore store,
        IBalanceSnapshots? snapshots = null,
        Action<string>? reach = null,
        TokenStoreOptions? options = null
    ) =>
        new(
            store,
            snapshots ?? new MemoryBalanceSnapshots(),
            options ?? new TokenStoreOptions { LedgerWorkers = 1 },
            NullLogger<LedgerWorker>.Instance,
            reach ?? (_ => { })
        );

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public abstract ValueTask DisposeAsync();

    private async Task MigrateAsync(Action<DbContextOptionsBuilder<TokenStoreDb>> configure)
    {
        var options = new DbContextOptionsBuilder<TokenStoreDb>().ConfigureWarnings(w =>
            w.Ignore(RelationalEventId.PendingModelChangesWarning)
        );
        configure(options);
        await using var db = new TokenStoreDb(options.Options);
        await db.Database.MigrateAsync();
    }

    private sealed class OnSqlite(string folder) : LedgerDatabase
    {
        private readonly SqliteWriter writer = new(Path.Combine(folder, "tokenstore.db"), queueLimit: 1_024);

        public string ConnectionString { get; } = SqliteFiles.ConnectionString(Path.Combine(folder, "tokenstore.db"));

        public override ILedgerStore Store(Action<string>? reach = null, PostgresLedgerSql? sql = null) =>
            new SqliteLedgerStore(writer, TimeProvider.System, reach);

        public override async Task<DbConnection> OpenAsync()
        {
            var connection = new SqliteConnection(ConnectionString);
            await connection.OpenAsync();
            return connection;
        }

        public override Task EmptyAsync() =>
            writer.RunAsync(
                sql =>
                {
                    sql.Run("DROP TRIGGER IF EXISTS credit_ledger_no_update");
                    sql.Run("DROP TRIGGER IF EXISTS credit_ledger_no_delete");
                    foreach (var table in Tables)
                        sql.Run("DELETE FROM " + table);
                    sql.Run("DELETE FROM sqlite_sequence");
                    return 0;
                },
                Durability.Process
            );

        public override async ValueTask DisposeAsync()
        {
            await writer.DisposeAsync();
            TestFolders.Delete(folder);
        }
    }
}

internal sealed class OnPostgres(string connectionString, string options) : LedgerDatabase
{
    /// <summary>A sequence counts also what is rolled back, so it fires once.</summary>
    public const string KillTrigger = """
        CREATE SEQUENCE test_kill;
        CREATE FUNCTION test_kill() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF nextval('test_kill') = 1000000 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;
        CREATE TRIGGER test_kill AFTER INSERT ON credit_ledger FOR EACH STATEMENT EXECUTE FUNCTION test_kill();
        """;

    private readonly List<NpgsqlDataSource> sources = [];

    public string ConnectionString { get; } =
        new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "tokenstore", MaxPoolSize = 8 }.ToString();

    private NpgsqlDataSource? shared;
    private bool unprotected;

    public override ILedgerStore Store(Action<string>? reach = null, PostgresLedgerSql? sql = null) =>
        new PostgresLedgerStore(shared ??= Source(), sql, reach);

    /// <summary>Connections as those of another process.</summary>
    public NpgsqlDataSource Source(string? through = null)
    {
        var given = new NpgsqlConnectionStringBuilder(through ?? ConnectionString) { Options = options };
        var source = LedgerConnections.Open(given.ToString(), new TokenStoreOptions());
        lock (sources)
            sources.Add(source);
        return source;
    }

    /// <summary>Deleted row by row, which for a few rows is much quicker than TRUNCATE.</summary>
    public override async Task EmptyAsync()
    {
        if (!unprotected)
            await RunAsync("ALTER TABLE credit_ledger DISABLE TRIGGER credit_ledger_append_only");
        unprotected = true;
        var delete = string.Concat(Tables.Select(t => $"DELETE FROM {t};"));
        await RunAsync(delete + "SELECT setval('credit_orders_order_id_seq', 1, false)");
    }

    public override Task ArmKillAsync() => RunAsync("SELECT setval('test_kill', 999999)");

    public override async Task<bool> DisarmKillAsync() =>
        await ScalarAsync<bool>("SELECT (SELECT last_value FROM test_kill) >= 1000000 AND setval('test_kill', 1) = 1");

    public override async Task<DbConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var source in sources)
            await source.DisposeAsync();
        ForgetConnections();
    }

    /// <summary>Those of the test itself, which a crash of the server leaves broken.</summary>
    public void ForgetConnections()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
