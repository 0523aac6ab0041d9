using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Backup;

/// <summary>
/// The schemas of all modules in one snapshot of their database, each table as a binary COPY. No tool of PostgreSQL's
/// own is needed, and the schema comes from the migrations: the rows are loaded at the migration that they were made
/// at.
/// </summary>
internal sealed partial class PostgresBackupStore(
    IEnumerable<IModuleDatabase> databases,
    IOptions<DataOptions> options,
    TimeProvider time
) : IBackupStore
{
    private const int Looks = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string Others = """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND coalesce(backend_type, 'client backend') = 'client backend'
        """;

    private const string Tables = """
        SELECT c.oid, c.relname::text, ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
            AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum),
            ARRAY(SELECT f.confrelid FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid)
        FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.relname <> '__migrations' ORDER BY c.relname
        """;

    public string Kind => "postgres";

    public async Task<BackupCopy> CopyAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            cancellationToken
        );
        var takenAt = time.GetUtcNow();
        var modules = new List<BackupModule>();
        foreach (var name in databases.Select(d => d.Name))
        {
            if (await ScalarAsync<long>(connection, "SELECT count(*) FROM pg_namespace WHERE nspname = $1", name) == 0)
                continue;
            var tables = await TablesAsync(connection, name, cancellationToken);
            foreach (var table in tables)
                await CopyAsync(connection, name, table, Path.Combine(target, FileOf(name, table)), cancellationToken);
            var migrations = await ListAsync(
                connection,
                $"SELECT \"MigrationId\" FROM {name}.__migrations ORDER BY 1",
                r => r.GetString(0),
                [],
                cancellationToken
            );
            // Counted outside of transactions: read last they are as far as every row above, or further.
            var sequences = await ListAsync(
                connection,
                "SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = $1 AND last_value IS NOT NULL",
                r => new BackupSequence(r.GetString(0), r.GetInt64(1)),
                [name],
                cancellationToken
            );
            modules.Add(new BackupModule(name, migrations, tables, sequences));
        }
        return modules.Count > 0
            ? new BackupCopy(takenAt, modules)
            : throw new SetupException("The database has no schema of ours: nothing to back up.");
    }

    public async Task<string?> MakeRoomAsync(bool force, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await NobodyElseAsync(connection, cancellationToken);
        string[] names = [.. databases.Select(d => d.Name)];
        var there = await ListAsync(
            connection,
            "SELECT nspname::text FROM pg_namespace WHERE nspname = ANY($1)",
            r => r.GetString(0),
            [names],
            cancellationToken
        );
        if (there.Count == 0)
            return null;
        if (!force)
            throw new SetupException(
                "The database holds data already. With --force its schemas are renamed, and what is restored takes their place."
            );
        var suffix = "_before_" + time.GetUtcNow().ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        await RunAsync(
            connection,
            string.Concat(there.Select(n => $"ALTER SCHEMA {n} RENAME TO {n}{suffix};")),
            cancellationToken
        );
        return "schemas *" + suffix;
    }

    public async Task LoadAsync(string from, BackupManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var module in manifest.Modules)
            await databases.Single(d => d.Name == module.Name).MigrateToAsync(module.Migrations[^1], cancellationToken);
        await using var connection = await OpenAsync(cancellationToken);
        await using var all = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var module in manifest.Modules)
        {
            foreach (var table in module.Tables)
            {
                var into = $"{module.Name}.{Identifier(table.Name)}";
                // Migrations leave rows of their own; where there are none the ledger's guard must not be woken.
                if (await ScalarAsync<bool>(connection, $"SELECT EXISTS (SELECT FROM {into})"))
                    await RunAsync(connection, $"DELETE FROM {into}", cancellationToken);
                await LoadAsync(
                    connection,
                    into,
                    table,
                    Path.Combine(from, FileOf(module.Name, table)),
                    cancellationToken
                );
            }
            foreach (var sequence in module.Sequences)
                await ScalarAsync<long>(
                    connection,
                    "SELECT setval($1::regclass, $2)",
                    $"{module.Name}.{Identifier(sequence.Name)}",
                    sequence.Value
                );
        }
        await all.CommitAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
            ApplicationName = "smartflow backup",
            Options = "-c statement_timeout=0",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>Connections of a process that has just ended go a moment after it.</summary>
    private async Task NobodyElseAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        for (var look = 0; ; look++)
        {
            var others = await ScalarAsync<long>(connection, Others);
            if (others == 0)
                return;
            if (look == Looks)
                throw new SetupException(
                    $"{others} other connections to the database are open. Stop every smartflow process (and end psql) first."
                );
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>What others refer to comes before them.</summary>
    private static async Task<IReadOnlyList<BackupTable>> TablesAsync(
        NpgsqlConnection connection,
        string schema,
        CancellationToken cancellationToken
    )
    {
        var left = await ListAsync(
            connection,
            Tables,
            r =>
                (
                    Id: r.GetFieldValue<uint>(0),
                    Table: new BackupTable(r.GetString(1), r.GetFieldValue<string[]>(2)),
                    Needs: r.GetFieldValue<uint[]>(3)
                ),
            [schema],
            cancellationToken
        );
        var ordered = new List<BackupTable>();
        while (left.Count > 0)
        {
            var next = left.Where(t => !t.Needs.Any(n => left.Exists(o => o.Id == n))).ToList();
            if (next.Count == 0)
                throw new InvalidOperationException($"The tables of {schema} refer to each other in a circle.");
            ordered.AddRange(next.Select(t => t.Table));
            left.RemoveAll(next.Contains);
        }
        return ordered;
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection,
        string schema,
        BackupTable table,
        string path,
        CancellationToken cancellationToken
    )
    {
        await using var rows = await connection.BeginRawBinaryCopyAsync(
            $"COPY {schema}.{Identifier(table.Name)} ({Columns(table)}) TO STDOUT (FORMAT binary)",
            cancellationToken
        );
        await using var file = DataFolder.OpenOwn(path, FileMode.CreateNew, FileShare.None);
        await rows.CopyToAsync(file, cancellationToken);
    }

    private static async Task LoadAsync(
        NpgsqlConnection connection,
        string into,
        BackupTable table,
        string path,
        CancellationToken cancellationToken
    )
    {
        await using var file = File.OpenRead(path);
        await using var rows = await connection.BeginRawBinaryCopyAsync(
            $"COPY {into} ({Columns(table)}) FROM STDIN (FORMAT binary)",
            cancellationToken
        );
        await file.CopyToAsync(rows, cancellationToken);
    }

    private static string FileOf(string schema, BackupTable table) => $"{schema}.{table.Name}.copy";

    private static string Columns(BackupTable table) => string.Join(", ", table.Columns.Select(Identifier));

    /// <summary>Ours are all of this kind; a manifest that names others is not.</summary>
    private static string Identifier(string name) =>
        Name().IsMatch(name)
            ? $"\"{name}\""
            : throw new SetupException($"The manifest names a table or column {name}.");

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex Name();

    private static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        object[] values,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var list = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
            list.Add(read(rows));
        return list;
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
