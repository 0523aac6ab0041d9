using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SmartFlow.Platform.Errors;
using SQLitePCL;

namespace SmartFlow.Platform.Data;

/// <summary>What a commit survives.</summary>
public enum Durability
{
    /// <summary>The death of the process: shares the next flush.</summary>
    Process,

    /// <summary>Power loss: on disk before it is acknowledged.</summary>
    PowerLoss,
}

/// <summary>
/// The only writer of one SQLite file: jobs run one after the other, each in its own BEGIN IMMEDIATE transaction,
/// because two writers on one file poll and sleep. They run on a thread of their own; raw SQL runs at once on the
/// caller's where nothing is waiting, since two switches of threads cost more than it does. Flushes are waited for
/// elsewhere; after one that failed nothing more is written.
/// </summary>
public sealed class SqliteWriter : IAsyncDisposable
{
    private readonly Channel<Action> jobs;
    private readonly Thread thread;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteConnection connection;
    private readonly SqliteStatements statements;
    private readonly SqliteCheckpoints checkpoints;
    private readonly SqliteFlusher flusher;
    private readonly Lock turn = new();
    private readonly Action? create;
    private bool open;

    /// <param name="file">The database.</param>
    /// <param name="queueLimit">Jobs that may wait.</param>
    /// <param name="create">Makes the file before it is opened, at the first job; null: SQLite does.</param>
    public SqliteWriter(string file, int queueLimit, Action? create = null)
    {
        this.create = create;
        File = file;
        jobs = Channel.CreateBounded<Action>(
            new BoundedChannelOptions(queueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
        );
        connection = new SqliteConnection(SqliteFiles.ConnectionString(file, pooling: false));
        statements = new SqliteStatements(connection);
        flusher = new SqliteFlusher(file);
        checkpoints = new SqliteCheckpoints(file, job => jobs.Writer.TryWrite(() => job(connection.Handle!)));
        thread = new Thread(Run) { IsBackground = true, Name = $"writer {Path.GetFileName(file)}" };
        thread.Start();
    }

    public string File { get; }

    /// <summary>
    /// Why it has stopped for good: a flush failed, and only a restart finds out what the disk has. Null: it works.
    /// </summary>
    public IOException? Failure => flusher.Failure;

    /// <summary>Runs the job in a transaction of its own; committed when the task completes.</summary>
    /// <exception cref="RefusedException">unavailable: too many jobs wait, or the writer has stopped.</exception>
    public Task<T> RunAsync<T>(Func<SqliteConnection, SqliteTransaction, T> job, Durability durability) =>
        QueueAsync(
            () =>
            {
                Open();
                using var transaction = connection.BeginTransaction(deferred: false);
                var result = job(connection, transaction);
                transaction.Commit();
                checkpoints.Committed(connection.Handle!);
                return result;
            },
            durability
        );

    /// <summary>As above for raw SQL: begin and commit are prepared too, which the hot paths notice.</summary>
    /// <param name="job">What to run.</param>
    /// <param name="durability">What the commit survives.</param>
    /// <param name="continueHere">What awaits the task goes on at once on the thread that completes it: only for what
    /// is short.</param>
    /// <exception cref="RefusedException">unavailable: too many jobs wait, or the writer has stopped.</exception>
    /// <exception cref="IOException">The commit could not be flushed: nobody can tell whether it survives.</exception>
    public Task<T> RunAsync<T>(Func<SqliteStatements, T> job, Durability durability, bool continueHere = false) =>
        RunHere(job, durability, continueHere) ?? QueueAsync(() => Run(job), durability, continueHere);

    /// <summary>Waits until every durable commit that is visible now has been flushed.</summary>
    public Task FlushedAsync() => flusher.FlushedAsync();

    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await stopped.Task;
        // From here on nothing runs on a caller's thread either; what has committed still gets its flush.
        lock (turn)
        {
            open = false;
            statements.Dispose();
        }
        checkpoints.Dispose();
        flusher.Dispose();
        await connection.DisposeAsync();
    }

    private Task<T> QueueAsync<T>(Func<T> job, Durability durability, bool continueHere = false)
    {
        var done = Promise<T>(continueHere);
        var queued = jobs.Writer.TryWrite(() =>
        {
            try
            {
                Complete(done, job(), durability);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        if (!queued)
            done.SetException(
                new RefusedException(
                    ErrorCodes.Unavailable,
                    $"The writer of {Path.GetFileName(File)} is full or has stopped."
                )
            );
        return done.Task;
    }

    /// <summary>The job run on this thread; null where something else runs or waits.</summary>
    private Task<T>? RunHere<T>(Func<SqliteStatements, T> job, Durability durability, bool continueHere)
    {
        if (!turn.TryEnter())
            return null;
        try
        {
            if (!open || jobs.Reader.Count > 0)
                return null;
            var result = Run(job);
            if (durability == Durability.Process)
                return Task.FromResult(result);
            var done = Promise<T>(continueHere);
            Complete(done, result, durability);
            return done.Task;
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
        finally
        {
            turn.Exit();
        }
    }

    private static TaskCompletionSource<T> Promise<T>(bool continueHere) =>
        new(continueHere ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

    private void Complete<T>(TaskCompletionSource<T> done, T result, Durability durability)
    {
        if (durability == Durability.Process)
            done.SetResult(result);
        else
            flusher.WhenFlushed(failure =>
            {
                if (failure is null)
                    done.SetResult(result);
                else
                    done.SetException(failure);
            });
    }

    private T Run<T>(Func<SqliteStatements, T> job)
    {
        Open();
        statements.Run("BEGIN IMMEDIATE");
        try
        {
            var result = job(statements);
            statements.Run("COMMIT");
            checkpoints.Committed(connection.Handle!);
            return result;
        }
        catch
        {
            // Some errors, a full disk among them, have rolled back already.
            if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
                statements.Run("ROLLBACK");
            throw;
        }
    }

    private void Open()
    {
        if (Failure is not null)
            throw new RefusedException(
                ErrorCodes.Unavailable,
                $"{Path.GetFileName(File)} could not be flushed to its disk and takes nothing more until the program is restarted."
            );
        if (open)
            return;
        create?.Invoke();
        connection.Open();
        SqliteFiles.Prepare(connection);
        // Flushes and checkpoints are not this connection's work.
        Set("PRAGMA synchronous=NORMAL");
        Set("PRAGMA wal_autocheckpoint=0");
        open = true;
    }

    private void Set(string pragma) =>
        SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(connection.Handle!, pragma), connection.Handle);

    private void Run()
    {
        while (jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            lock (turn)
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

    /// <summary>
    /// WAL, FULL sync (which the writer lowers, 0097), foreign keys, a page cache of 16 MiB and a bounded log.
    /// </summary>
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
