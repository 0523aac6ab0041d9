using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Data;

/// <summary>What a commit survives.</summary>
public enum Durability
{
    /// <summary>The death of the process (synchronous=NORMAL): shares the next flush.</summary>
    Process,

    /// <summary>Power loss (synchronous=FULL): on disk before it is acknowledged.</summary>
    PowerLoss,
}

/// <summary>
/// The only writer of one SQLite file: jobs run one after the other on a thread of their own, each in its own
/// BEGIN IMMEDIATE transaction, because two writers on one file poll and sleep.
/// </summary>
public sealed class SqliteWriter : IAsyncDisposable
{
    private readonly Channel<Action> jobs;
    private readonly Thread thread;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteConnection connection;
    private readonly SqliteStatements statements;
    private Durability durability = Durability.PowerLoss;

    public SqliteWriter(string file, int queueLimit)
    {
        File = file;
        jobs = Channel.CreateBounded<Action>(
            new BoundedChannelOptions(queueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        connection = new SqliteConnection(SqliteFiles.ConnectionString(file, pooling: false));
        statements = new SqliteStatements(connection);
        thread = new Thread(Run) { IsBackground = true, Name = $"writer {Path.GetFileName(file)}" };
        thread.Start();
    }

    public string File { get; }

    /// <summary>Runs the job in a transaction of its own; committed when the task completes.</summary>
    /// <exception cref="RefusedException">unavailable: too many jobs wait, or the writer has stopped.</exception>
    public Task<T> RunAsync<T>(Func<SqliteConnection, SqliteTransaction, T> job, Durability durability) =>
        QueueAsync(() =>
        {
            Prepare(durability);
            using var transaction = connection.BeginTransaction(deferred: false);
            var result = job(connection, transaction);
            transaction.Commit();
            return result;
        });

    /// <summary>As above for raw SQL: begin and commit are prepared too, which the hot paths notice.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="durability">What the commit survives.</param>
    /// <param name="continueHere">What awaits the task goes on at once on the writer's thread: only for what is short.</param>
    /// <exception cref="RefusedException">unavailable: too many jobs wait, or the writer has stopped.</exception>
    public Task<T> RunAsync<T>(Func<SqliteStatements, T> job, Durability durability, bool continueHere = false) =>
        QueueAsync(() =>
        {
            Prepare(durability);
            statements.Run("BEGIN IMMEDIATE");
            try
            {
                var result = job(statements);
                statements.Run("COMMIT");
                return result;
            }
            catch
            {
                // Some errors, a full disk among them, have rolled back already.
                if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0) statements.Run("ROLLBACK");
                throw;
            }
        }, continueHere);

    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await stopped.Task;
        await connection.DisposeAsync();
    }

    private Task<T> QueueAsync<T>(Func<T> job, bool continueHere = false)
    {
        var done = new TaskCompletionSource<T>(
            continueHere ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = jobs.Writer.TryWrite(() =>
        {
            T result;
            try
            {
                result = job();
            }
            catch (Exception e)
            {
                done.SetException(e);
                return;
            }
            done.SetResult(result);
        });
        if (!queued)
            done.SetException(new RefusedException(ErrorCodes.Unavailable, $"The writer of {Path.GetFileName(File)} is full or has stopped."));
        return done.Task;
    }

    private void Prepare(Durability wanted)
    {
        if (connection.State != System.Data.ConnectionState.Open)
        {
            connection.Open();
            SqliteFiles.Prepare(connection);
        }
        if (wanted == durability) return;
        statements.Run(wanted == Durability.PowerLoss ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        durability = wanted;
    }

    private void Run()
    {
        while (jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (jobs.Reader.TryRead(out var job))
                job();
        stopped.SetResult();
    }
}

/// <summary>How every connection to a SQLite file is opened.</summary>
public static class SqliteFiles
{
    public static string ConnectionString(string file, bool pooling = true, bool readOnly = false) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = pooling,
            DefaultTimeout = 30,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
        }.ToString();

    /// <summary>WAL, FULL sync, foreign keys, a page cache of 16 MiB and a bounded log.</summary>
    public static void Prepare(SqliteConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000;
            PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;
            """;
        command.ExecuteNonQuery();
    }
}
