using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace SmartFlow.Platform.Data;

/// <summary>Raw SQL in one transaction, for the hot paths. Parameters are $1, $2 … in order; values are never joined into SQL.</summary>
public abstract class Statements
{
    /// <summary>The rows; the reader must be disposed before the next statement.</summary>
    public abstract ValueTask<DbDataReader> QueryAsync(string sql, params ReadOnlySpan<object?> values);

    /// <summary>The number of rows changed.</summary>
    public abstract ValueTask<int> RunAsync(string sql, params ReadOnlySpan<object?> values);
}

/// <summary>On a file's writer connection: prepared once, completed at once.</summary>
public sealed class SqliteStatements(SqliteConnection connection) : Statements
{
    private readonly Dictionary<string, SqliteCommand> prepared = [];

    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

    public int Run(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    public override ValueTask<DbDataReader> QueryAsync(string sql, params ReadOnlySpan<object?> values) => new(Query(sql, values));

    public override ValueTask<int> RunAsync(string sql, params ReadOnlySpan<object?> values) => new(Run(sql, values));

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "$" + (i + 1) });
            prepared.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}

/// <summary>On a PostgreSQL connection with a transaction open.</summary>
public sealed class PostgresStatements(NpgsqlConnection connection) : Statements
{
    public override ValueTask<DbDataReader> QueryAsync(string sql, params ReadOnlySpan<object?> values) => QueryAsync(Bind(sql, values));

    public override ValueTask<int> RunAsync(string sql, params ReadOnlySpan<object?> values) => RunAsync(Bind(sql, values));

    private static async ValueTask<DbDataReader> QueryAsync(NpgsqlCommand command)
    {
        await using (command) return await command.ExecuteReaderAsync();
    }

    private static async ValueTask<int> RunAsync(NpgsqlCommand command)
    {
        await using (command) return await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
