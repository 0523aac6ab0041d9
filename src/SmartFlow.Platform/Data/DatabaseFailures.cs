using Microsoft.Data.Sqlite;
using Npgsql;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Which failures say that a database is out of reach for now: a repeat may succeed, and nobody did anything wrong.
/// </summary>
public static class DatabaseFailures
{
    private const int Depth = 4;

    /// <summary>The refusal that an exception is or stands for; null: it is a defect of ours.</summary>
    public static RefusedException? RefusalOf(Exception? e)
    {
        for (var depth = 0; e is not null && depth < Depth; depth++, e = e.InnerException)
        {
            if (e is RefusedException refusal)
                return refusal;
            if (IsOutOfReach(e))
                return new RefusedException(
                    ErrorCodes.Unavailable,
                    "The database is out of reach. Try again shortly.",
                    retryAfter: TimeSpan.FromSeconds(1)
                );
        }
        return null;
    }

    /// <summary>
    /// Lost connections, time-outs, a server that starts or stops, a full or failing disk; of SQLite busy, locked, I/O,
    /// full.
    /// </summary>
    private static bool IsOutOfReach(Exception e) =>
        e
            is NpgsqlException { IsTransient: true }
                or PostgresException
                {
                    SqlState: PostgresErrorCodes.AdminShutdown
                        or PostgresErrorCodes.CrashShutdown
                        or PostgresErrorCodes.CannotConnectNow
                }
                or NpgsqlOperationInProgressException
                or SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 }
                or NotFlushedException;
}

/// <summary>A commit could not be flushed to its disk: nobody can tell whether it survives.</summary>
public sealed class NotFlushedException(string file, Exception inner)
    : IOException($"{file} could not be flushed.", inner);
