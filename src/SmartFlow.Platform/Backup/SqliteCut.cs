using Microsoft.Data.Sqlite;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SQLitePCL;

namespace SmartFlow.Platform.Backup;

/// <summary>
/// Several SQLite files as they were at one moment: the write locks of all are held at once while a reader is opened on
/// each, so that no commit of any lies between two of the readers. Writers wait for milliseconds; afterwards they go
/// on, and what they write stays in the logs until the readers are closed.
/// </summary>
internal sealed class SqliteCut : IDisposable
{
    private const int Rounds = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly List<SqliteConnection> readers;

    private SqliteCut(List<SqliteConnection> readers, DateTimeOffset takenAt)
    {
        this.readers = readers;
        TakenAt = takenAt;
    }

    public DateTimeOffset TakenAt { get; }

    /// <summary>In the order of the files. They hold a read transaction.</summary>
    public IReadOnlyList<SqliteConnection> Readers => readers;

    /// <exception cref="SetupException">Somebody writes to one of the files without a pause.</exception>
    public static async Task<SqliteCut> TakeAsync(
        IReadOnlyList<string> files,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var lockers = new List<SqliteConnection>();
        var readers = new List<SqliteConnection>();
        try
        {
            foreach (var file in files)
            {
                lockers.Add(Open(file));
                readers.Add(Open(file));
            }
            for (var round = 0; round < Rounds; round++)
            {
                if (TryCut(lockers, readers, time))
                    return new SqliteCut(readers, time.GetUtcNow());
                // Nobody waits for us meanwhile.
                await Task.Delay(Pause, time, cancellationToken);
            }
            throw new SetupException(
                "Somebody writes to the databases without a pause: no moment was found at which all stand still. Try again."
            );
        }
        catch
        {
            readers.ForEach(r => r.Dispose());
            throw;
        }
        finally
        {
            lockers.ForEach(l => l.Dispose());
        }
    }

    public void Dispose() => readers.ForEach(r => r.Dispose());

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(SqliteFiles.ConnectionString(file, pooling: false));
        connection.Open();
        // SQLite's own wait sleeps for up to a tenth of a second, and a busy writer's gaps are shorter.
        raw.sqlite3_busy_timeout(connection.Handle!, 0);
        return connection;
    }

    private static bool TryCut(List<SqliteConnection> lockers, List<SqliteConnection> readers, TimeProvider time)
    {
        var held = 0;
        try
        {
            var began = time.GetTimestamp();
            while (held < lockers.Count)
                if (Run(lockers[held], "BEGIN IMMEDIATE"))
                    held++;
                else if (time.GetElapsedTime(began) > Patience)
                    return false;
                else
                    Thread.Yield();
            if (readers.TrueForAll(r => Run(r, "BEGIN; SELECT count(*) FROM sqlite_master")))
                return true;
            foreach (var reader in readers.Where(r => raw.sqlite3_get_autocommit(r.Handle!) == 0))
                Run(reader, "ROLLBACK");
            return false;
        }
        finally
        {
            for (var i = 0; i < held; i++)
                Run(lockers[i], "ROLLBACK");
        }
    }

    /// <returns>False: somebody else writes.</returns>
    private static bool Run(SqliteConnection connection, string sql)
    {
        var result = raw.sqlite3_exec(connection.Handle!, sql);
        if ((result & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
            return false;
        SqliteException.ThrowExceptionForRC(result, connection.Handle);
        return true;
    }
}
