using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Raw SQL in one transaction, for the hot paths. Parameters are $1, $2 … in order; values are never joined into SQL.
/// </summary>
public abstract class Statements
{
    /// <summary>The rows; the reader must be disposed before the next statement.</summary>
    public abstract ValueTask<DbDataReader> QueryAsync(string sql, params ReadOnlySpan<SqlValue> values);

    /// <summary>The number of rows changed.</summary>
    public abstract ValueTask<int> RunAsync(string sql, params ReadOnlySpan<SqlValue> values);

    /// <summary>Inserts a row into a table whose key is <c>id</c>; null: it was there already.</summary>
    /// <param name="sql">Without RETURNING.</param>
    /// <param name="values">Its parameters.</param>
    public abstract ValueTask<long?> InsertAsync(string sql, params ReadOnlySpan<SqlValue> values);
}

/// <summary>On a file's writer connection: prepared once, completed at once.</summary>
public sealed class SqliteStatements(SqliteConnection connection) : Statements, IDisposable
{
    private readonly Dictionary<string, SqliteStatement> prepared = [];

    private sqlite3 Database => connection.Handle!;

    public DbDataReader Query(string sql, params ReadOnlySpan<SqlValue> values) => Bind(sql, values).Rows;

    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        statement.Step();
        statement.Reset();
        return raw.sqlite3_changes(Database);
    }

    /// <summary>The new row's id; null: it was there already. RETURNING would build a table for each row.</summary>
    public long? Insert(string sql, params ReadOnlySpan<SqlValue> values) =>
        Run(sql, values) == 1 ? raw.sqlite3_last_insert_rowid(Database) : null;

    public override ValueTask<DbDataReader> QueryAsync(string sql, params ReadOnlySpan<SqlValue> values) =>
        new(Query(sql, values));

    public override ValueTask<int> RunAsync(string sql, params ReadOnlySpan<SqlValue> values) => new(Run(sql, values));

    public override ValueTask<long?> InsertAsync(string sql, params ReadOnlySpan<SqlValue> values) =>
        new(Insert(sql, values));

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Dispose();
        prepared.Clear();
    }

    private SqliteStatement Bind(string sql, ReadOnlySpan<SqlValue> values)
    {
        if (!prepared.TryGetValue(sql, out var statement))
            prepared.Add(sql, statement = new SqliteStatement(Database, sql));
        statement.Bind(values);
        return statement;
    }
}

/// <summary>On a PostgreSQL connection with a transaction open.</summary>
public sealed class PostgresStatements(NpgsqlConnection connection) : Statements
{
    public override ValueTask<DbDataReader> QueryAsync(string sql, params ReadOnlySpan<SqlValue> values) =>
        QueryAsync(Bind(sql, values));

    public override ValueTask<int> RunAsync(string sql, params ReadOnlySpan<SqlValue> values) =>
        RunAsync(Bind(sql, values));

    public override ValueTask<long?> InsertAsync(string sql, params ReadOnlySpan<SqlValue> values) =>
        InsertAsync(Bind(sql + " RETURNING id", values));

    private static async ValueTask<DbDataReader> QueryAsync(NpgsqlCommand command)
    {
        await using (command)
            return await command.ExecuteReaderAsync();
    }

    private static async ValueTask<int> RunAsync(NpgsqlCommand command)
    {
        await using (command)
            return await command.ExecuteNonQueryAsync();
    }

    private static async ValueTask<long?> InsertAsync(NpgsqlCommand command)
    {
        await using (command)
            return (long?)await command.ExecuteScalarAsync();
    }

    private NpgsqlCommand Bind(string sql, ReadOnlySpan<SqlValue> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value.ToObject() });
        return command;
    }
}
