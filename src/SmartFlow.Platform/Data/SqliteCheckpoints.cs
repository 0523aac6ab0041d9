using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Moves a file's log into the file, on a connection and a thread of its own: done by the writer itself it would stop
/// every call for some milliseconds, many times a second. The writer only moves what came in between, so that its next
/// write can begin the log anew.
/// </summary>
internal sealed class SqliteCheckpoints(string file, Func<Action<sqlite3>, bool> queueOnWriter) : IDisposable
{
    private const int Enough = 8_000;
    private readonly SemaphoreSlim wanted = new(0);
    private Thread? thread;
    private long pages;
    private volatile bool underWay;
    private volatile bool stopping;

    /// <summary>From the writer, after each commit.</summary>
    public void Committed(sqlite3 database)
    {
        _ = raw.sqlite3_db_status(database, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, 1);
        pages += written;
        if (pages < Enough || underWay)
            return;
        underWay = true;
        if (thread is null)
        {
            thread = new Thread(Run) { IsBackground = true, Name = $"checkpoints {Path.GetFileName(file)}" };
            thread.Start();
        }
        wanted.Release();
    }

    /// <summary>Waits for the one under way.</summary>
    public void Dispose()
    {
        stopping = true;
        wanted.Release();
        thread?.Join();
        wanted.Dispose();
    }

    private void Run()
    {
        using var connection = new SqliteConnection(SqliteFiles.ConnectionString(file, pooling: false));
        while (true)
        {
            wanted.Wait();
            if (stopping)
                return;
            Move(connection);
            if (!queueOnWriter(Finish))
                underWay = false;
        }
    }

    /// <summary>Where it fails the writer moves everything.</summary>
    private static void Move(SqliteConnection connection)
    {
        try
        {
            if (connection.State != System.Data.ConnectionState.Open)
            {
                connection.Open();
                SqliteFiles.Prepare(connection);
            }
            _ = raw.sqlite3_wal_checkpoint_v2(connection.Handle!, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        }
        catch (SqliteException)
        {
            // E.g. no more files may be opened: an exception here would end the process.
        }
    }

    /// <summary>On the writer. What an open reader still needs stays in the log until the next time.</summary>
    private void Finish(sqlite3 database)
    {
        _ = raw.sqlite3_wal_checkpoint_v2(database, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        pages = 0;
        underWay = false;
    }
}
