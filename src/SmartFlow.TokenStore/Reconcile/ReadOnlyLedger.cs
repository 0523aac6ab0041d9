using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// Opens the ledger so that it can only be read: no lock is taken, and a missing file is an error and not made.
/// </summary>
internal sealed class ReadOnlyLedger(IOptions<DataOptions> options, DataFolder folder, IServiceProvider services)
{
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Value.UsesPostgres)
            return await services
                .GetRequiredKeyedService<NpgsqlDataSource>(typeof(TokenStoreDb))
                .OpenConnectionAsync(cancellationToken);
        var file = SqliteFiles.ConnectionString(folder.File("tokenstore.db"), pooling: false, readOnly: true);
        var connection = new SqliteConnection(file);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>A transaction that sees one state and writes nothing.</summary>
    public static async Task<DbTransaction> SnapshotAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (connection is SqliteConnection sqlite)
            return sqlite.BeginTransaction(deferred: true);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SET TRANSACTION READ ONLY";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return transaction;
    }

    /// <param name="values">$1, $2 … in order.</param>
    public static DbCommand Command(
        DbConnection connection,
        DbTransaction? transaction,
        string sql,
        params ReadOnlySpan<long> values
    )
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            if (command is SqliteCommand)
                parameter.ParameterName = "$" + (i + 1);
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
