using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Charging;

/// <summary>What to do about a batch that failed.</summary>
internal enum LedgerFailure
{
    /// <summary>A defect of ours: nothing of the batch may be tried again.</summary>
    Defect,

    /// <summary>The same batch may succeed later: a deadlock, a lost connection, a server that starts.</summary>
    Passing,

    /// <summary>The same batch may succeed later, but not by trying again now.</summary>
    OutOfReach,

    /// <summary>Somebody else inserted the same key: reading again shows it.</summary>
    Taken,

    /// <summary>The database refuses the content of at least one command.</summary>
    Content,
}

/// <summary>Every failure of the two databases that the ledger knows, in one place.</summary>
internal static class LedgerFailures
{
    public static LedgerFailure Of(Exception e) =>
        e switch
        {
            // A server that is silent; it is not waited for by trying again.
            RefusedException { Code: var code } when code == ErrorCodes.Unavailable => LedgerFailure.OutOfReach,
            PostgresException p => OfState(p.SqlState),
            NpgsqlException or IOException or SocketException or TimeoutException => LedgerFailure.Passing,
            SqliteException s => OfSqlite(s.SqliteErrorCode),
            OverflowException => LedgerFailure.Content,
            _ => LedgerFailure.Defect,
        };

    private static LedgerFailure OfState(string state) =>
        state switch
        {
            PostgresErrorCodes.UniqueViolation => LedgerFailure.Taken,
            PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow
            or "25P03"
            or PostgresErrorCodes.ReadOnlySqlTransaction => LedgerFailure.Passing,
            // Connections, and what a full disk or too many connections lack; then the data itself and the constraints.
            _ when state.StartsWith("08", StringComparison.Ordinal)
                    || state.StartsWith("53", StringComparison.Ordinal) => LedgerFailure.Passing,
            _ when state.StartsWith("22", StringComparison.Ordinal)
                    || state.StartsWith("23", StringComparison.Ordinal) => LedgerFailure.Content,
            _ => LedgerFailure.Defect,
        };

    /// <summary>Busy, locked, I/O, full; then too big, constraint, mismatch.</summary>
    private static LedgerFailure OfSqlite(int code) =>
        code switch
        {
            5 or 6 or 10 or 13 => LedgerFailure.Passing,
            18 or 19 or 20 => LedgerFailure.Content,
            _ => LedgerFailure.Defect,
        };
}
