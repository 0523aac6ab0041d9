using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests.Architecture;

/// <summary>
/// Migrations are written by hand, so the schema that they make is compared with the model that the code uses.
/// </summary>
public sealed class MigrationTests(PostgresServer postgres)
{
    [Fact]
    public Task Every_database_has_the_schema_of_its_model_on_SQLite() => CompareAsync("");

    [Fact]
    public async Task Every_database_has_the_schema_of_its_model_on_PostgreSQL() =>
        await CompareAsync(await postgres.NewDatabaseAsync());

    /// <summary>As the processes of a deployment do.</summary>
    [Fact]
    public async Task Several_hosts_that_start_at_once_on_one_empty_database_are_all_served()
    {
        var database = await postgres.NewDatabaseAsync();
        var hosts = Enumerable
            .Range(0, 4)
            .Select(_ => SmartFlowApp.Build(s => s.Settings["Data:ConnectionString"] = database))
            .ToList();
        await Task.WhenAll(hosts.Select(h => Task.Run(() => Serving.PrepareAsync(h.App, default))));
        foreach (var (app, _, folder, _) in hosts)
        {
            foreach (var module in app.Services.GetServices<IModuleDatabase>())
                (await module.PendingAsync(default)).ShouldBeEmpty(module.Name);
            await app.DisposeAsync();
            TestFolders.Delete(folder);
        }
    }

    [Theory]
    [InlineData("ALTER TABLE users ADD COLUMN surplus text")]
    [InlineData("ALTER TABLE users DROP COLUMN email")]
    [InlineData("DROP INDEX ux_users_normalised_name")]
    [InlineData("CREATE TABLE surplus (id bigint)")]
    public async Task A_schema_that_differs_is_noticed(string change)
    {
        await using var app = await SmartFlowApp.StartAsync();
        await using var db = await app
            .Services.GetServices<IModuleDatabase>()
            .Single(d => d.Name == "userauth")
            .OpenAsync(default);
        await db.Database.ExecuteSqlRawAsync(change);
        (await SchemaText.OfDatabaseAsync(db)).ShouldNotBe(SchemaText.OfModel(db));
    }

    private static async Task CompareAsync(string connectionString)
    {
        var (app, _, folder, _) = SmartFlowApp.Build(s => s.Settings["Data:ConnectionString"] = connectionString);
        await using (app)
        {
            await Serving.PrepareAsync(app, default);
            await Serving.PrepareAsync(app, default);
            var databases = app.Services.GetServices<IModuleDatabase>().ToArray();
            databases.Length.ShouldBeGreaterThan(1);
            foreach (var database in databases)
            {
                await using var db = await database.OpenAsync(default);
                (await SchemaText.OfDatabaseAsync(db)).ShouldBe(SchemaText.OfModel(db), database.Name);
            }
        }
        TestFolders.Delete(folder);
    }
}

/// <summary>
/// A schema as lines that can be compared: tables, columns with nullability, primary keys, unique indexes.
/// </summary>
internal static class SchemaText
{
    private const string SqliteColumns = """
        SELECT m.name, c.name, c."notnull" OR c.pk > 0, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\_\_%' ESCAPE '\'
        """;

    private const string SqliteUniques = """
        SELECT m.name, (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
        FROM sqlite_master m JOIN pragma_index_list(m.name) i
        WHERE m.type = 'table' AND i."unique" AND i.origin <> 'pk' AND m.name NOT LIKE '\_\_%' ESCAPE '\'
        """;

    private const string PostgresColumns = """
        SELECT c.relname, a.attname, a.attnotnull, COALESCE(array_position(i.indkey::smallint[], a.attnum) + 1, 0)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind IN ('r', 'p') AND n.nspname = '{0}' AND c.relname NOT LIKE '\_\_%'
        """;

    private const string PostgresUniques = """
        SELECT c.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.ordinality) FROM unnest(i.indkey) WITH ORDINALITY k (attnum, ordinality)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indrelid = c.oid
        WHERE i.indisunique AND NOT i.indisprimary AND n.nspname = '{0}' AND c.relname NOT LIKE '\_\_%'
        """;

    public static string OfModel(ModuleDb db)
    {
        var lines = new List<string>();
        foreach (var table in db.GetService<IDesignTimeModel>().Model.GetRelationalModel().Tables)
        {
            var key = table.PrimaryKey!.Columns.Select(c => c.Name).ToList();
            lines.AddRange(
                table.Columns.Select(c => Column(table.Name, c.Name, !c.IsNullable, key.IndexOf(c.Name) + 1))
            );
            lines.AddRange(
                table.Indexes.Where(i => i.IsUnique).Select(i => Unique(table.Name, i.Columns.Select(c => c.Name)))
            );
            lines.AddRange(
                table
                    .UniqueConstraints.Where(u => !u.GetIsPrimaryKey())
                    .Select(u => Unique(table.Name, u.Columns.Select(c => c.Name)))
            );
        }
        return Join(lines);
    }

    public static async Task<string> OfDatabaseAsync(ModuleDb db)
    {
        var sqlite = db.Database.ProviderName == "Microsoft.EntityFrameworkCore.Sqlite";
        var schema = db.GetType().Name[..^2].ToLowerInvariant();
        var columns = sqlite ? SqliteColumns : PostgresColumns.Replace("{0}", schema, StringComparison.Ordinal);
        var uniques = sqlite ? SqliteUniques : PostgresUniques.Replace("{0}", schema, StringComparison.Ordinal);
        var lines = await ReadAsync(db, columns, r =>
            Column(r.GetString(0), r.GetString(1), Convert.ToBoolean(r.GetValue(2)), Convert.ToInt32(r.GetValue(3)))
        );
        lines.AddRange(await ReadAsync(db, uniques, r => Unique(r.GetString(0), r.GetString(1).Split(','))));
        return Join(lines);
    }

    private static string Column(string table, string column, bool required, int keyPosition) =>
        $"{table}.{column}{(required ? "" : " null")}{(keyPosition > 0 ? $" key {keyPosition}" : "")}";

    private static string Unique(string table, IEnumerable<string> columns) =>
        $"{table} unique ({string.Join(',', columns)})";

    private static string Join(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static async Task<List<string>> ReadAsync(
        ModuleDb db,
        string sql,
        Func<System.Data.Common.DbDataReader, string> line
    )
    {
        var lines = new List<string>();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            lines.Add(line(reader));
        return lines;
    }
}
