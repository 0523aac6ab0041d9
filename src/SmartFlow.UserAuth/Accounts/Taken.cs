using Npgsql;

namespace SmartFlow.UserAuth.Accounts;

internal static class Taken
{
    /// <summary>PostgreSQL: another transaction was first with the same unique value. SQLite's one writer has looked before.</summary>
    public static bool Is(Exception e) => (e as PostgresException ?? e.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.UniqueViolation;
}
