using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SmartFlow.Platform.Data;

/// <summary>Every write to a module's database goes through here; reads take a context from the factory.</summary>
public interface IWriter<TDb>
    where TDb : ModuleDb
{
    /// <summary>
    /// Runs the work in one durable transaction and commits it. The work may only touch its database, and it may run
    /// again after a conflict: it must have no other effect. It calls SaveChanges itself.
    /// </summary>
    Task<T> WriteAsync<T>(Func<TDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>As above in raw SQL, for what is written often.</summary>
    Task<T> RunAsync<T>(
        Func<Statements, ValueTask<T>> work,
        Durability durability,
        CancellationToken cancellationToken
    );

    /// <summary>Why it takes nothing more until the program is restarted; null: it works.</summary>
    Exception? Failure { get; }
}

public static class WriterExtensions
{
    /// <summary>As <see cref="IWriter{TDb}.WriteAsync{T}"/>, without a result; saves the changes at the end.</summary>
    public static Task SaveAsync<TDb>(
        this IWriter<TDb> writer,
        Func<TDb, CancellationToken, Task> work,
        CancellationToken cancellationToken
    )
        where TDb : ModuleDb
    {
        ArgumentNullException.ThrowIfNull(writer);
        return writer.WriteAsync(
            async (db, token) =>
            {
                await work(db, token);
                return await db.SaveChangesAsync(token);
            },
            cancellationToken
        );
    }
}

internal sealed class SqliteDbWriter<TDb>(SqliteWriter writer, Func<DbConnection, TDb> open) : IWriter<TDb>
    where TDb : ModuleDb
{
    public Exception? Failure => writer.Failure;

    public Task<T> WriteAsync<T>(Func<TDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.RunAsync((c, t) => Run(c, t, work, cancellationToken), Durability.PowerLoss);
    }

    public Task<T> RunAsync<T>(
        Func<Statements, ValueTask<T>> work,
        Durability durability,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.RunAsync(sql => Completed(work(sql).AsTask()), durability, continueHere: true);
    }

    private T Run<T>(
        SqliteConnection connection,
        SqliteTransaction transaction,
        Func<TDb, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        using var db = open(connection);
        db.Database.UseTransaction(transaction);
        return Completed(work(db, cancellationToken));
    }

    /// <summary>
    /// SQLite's own calls complete at once; whatever does not would stop every other writer of the file.
    /// </summary>
    private static T Completed<T>(Task<T> work) =>
        work.IsCompleted
            ? work.GetAwaiter().GetResult()
            : throw new InvalidOperationException("A write may only touch its own database.");
}

/// <summary>
/// Writes to PostgreSQL; what lost against another transaction is tried again. A transaction that was given up because
/// the server is silent may be committed all the same; without a watch (null) the statements' own time-outs give up.
/// </summary>
public sealed class PostgresDbWriter<TDb>(
    IDbContextFactory<TDb> factory,
    NpgsqlDataSource connections,
    ServerSilence? silence = null
) : IWriter<TDb>
    where TDb : ModuleDb
{
    private const int Attempts = 8;
    private const string NoFlush = "SELECT set_config('synchronous_commit', 'off', true)";

    public Exception? Failure => null;

    public Task<T> WriteAsync<T>(Func<TDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        InsistAsync(
            async () =>
            {
                await using var db = await factory.CreateDbContextAsync(cancellationToken);
                await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
                var result = await work(db, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken
        );

    public Task<T> RunAsync<T>(
        Func<Statements, ValueTask<T>> work,
        Durability durability,
        CancellationToken cancellationToken
    ) =>
        InsistAsync(
            async () =>
            {
                await using var connection = await connections.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var sql = new PostgresStatements(connection);
                if (durability == Durability.Process)
                    await sql.RunAsync(NoFlush);
                var result = await work(sql);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken
        );

    /// <summary>
    /// Many statements as one transaction and one round trip; of each the first column of its first row, or null. Each
    /// must be able to return rows.
    /// </summary>
    public Task<IReadOnlyList<long?>> RunAtOnceAsync(
        IReadOnlyList<(string Sql, SqlValue[] Values)> statements,
        Durability durability
    ) =>
        InsistAsync(
            async () =>
            {
                await using var connection = await connections.OpenConnectionAsync();
                await using var batch = new NpgsqlBatch(connection);
                var first = durability == Durability.Process ? 1 : 0;
                if (first == 1)
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(NoFlush));
                foreach (var (sql, values) in statements)
                {
                    var command = new NpgsqlBatchCommand(sql);
                    foreach (var value in values)
                        command.Parameters.Add(new NpgsqlParameter { Value = value.ToObject() });
                    batch.BatchCommands.Add(command);
                }
                // Outside of a transaction PostgreSQL runs a batch as one of its own.
                var results = new long?[statements.Count];
                await using var rows = await batch.ExecuteReaderAsync();
                if (first == 1)
                    await NextAsync(rows);
                for (var i = 0; i < results.Length; i++)
                {
                    if (i > 0)
                        await NextAsync(rows);
                    if (await rows.ReadAsync())
                        results[i] = rows.GetInt64(0);
                }
                return (IReadOnlyList<long?>)results;
            },
            CancellationToken.None
        );

    /// <summary>
    /// A statement that returns no rows at all has no result to move to: those after it would be taken for it.
    /// </summary>
    private static async Task NextAsync(NpgsqlDataReader rows)
    {
        if (!await rows.NextResultAsync())
            throw new InvalidOperationException("A statement of the batch returns no rows.");
    }

    private Task<T> InsistAsync<T>(Func<Task<T>> transaction, CancellationToken cancellationToken) =>
        silence is null
            ? TryAsync(transaction, cancellationToken)
            : silence.GiveUpAsync(() => TryAsync(transaction, cancellationToken));

    private static async Task<T> TryAsync<T>(Func<Task<T>> transaction, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (Exception e) when (attempt < Attempts && Conflicted(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 10 * attempt)), cancellationToken);
            }
        }
    }

    /// <summary>Nothing was committed and the same work may succeed now.</summary>
    private static bool Conflicted(Exception e) =>
        (e as PostgresException ?? e.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected;
}
