using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SmartFlow.Platform.Data;

/// <summary>
/// A statement prepared once on SQLite's own interface: the ADO.NET layer costs more than a small statement itself
/// (docs/decisions/0096).
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int OnStackBytes = 1_024;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly int[] positions;

    public SqliteStatement(sqlite3 database, string sql)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        // "$2" has the position of its first appearance, not its number.
        positions = new int[raw.sqlite3_bind_parameter_count(statement)];
        for (var i = 0; i < positions.Length; i++)
            positions[i] = raw.sqlite3_bind_parameter_index(
                statement,
                "$" + (i + 1).ToString(CultureInfo.InvariantCulture)
            );
        Rows = new SqliteRows(this, statement);
    }

    public SqliteRows Rows { get; }

    public void Bind(ReadOnlySpan<SqlValue> values)
    {
        if (values.Length != positions.Length)
            throw new ArgumentException($"{positions.Length} values are needed, {values.Length} given.");
        for (var i = 0; i < values.Length; i++)
            Check(Bind(positions[i], values[i]));
    }

    /// <returns>There is a row.</returns>
    /// <exception cref="SqliteException">As the ADO.NET layer throws it.</exception>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        try
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }
        finally
        {
            Reset();
        }
        throw new InvalidOperationException($"SQLite answered {code}.");
    }

    /// <summary>Ends the statement, so that it holds no lock and can run again.</summary>
    public void Reset() => raw.sqlite3_reset(statement);

    public void Dispose() => statement.Dispose();

    private int Bind(int position, in SqlValue value) =>
        value.Kind switch
        {
            SqlKind.Null => raw.sqlite3_bind_null(statement, position),
            SqlKind.Text => BindText(position, (string)value.Content!),
            SqlKind.Bytes => raw.sqlite3_bind_blob(statement, position, (byte[])value.Content!),
            _ => raw.sqlite3_bind_int64(statement, position, value.Number),
        };

    private int BindText(int position, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= OnStackBytes)
        {
            Span<byte> small = stackalloc byte[OnStackBytes];
            return raw.sqlite3_bind_text(statement, position, small[..Encoding.UTF8.GetBytes(text, small)]);
        }
        var large = ArrayPool<byte>.Shared.Rent(most);
        var code = raw.sqlite3_bind_text(statement, position, large.AsSpan(0, Encoding.UTF8.GetBytes(text, large)));
        ArrayPool<byte>.Shared.Return(large);
        return code;
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, database);
}
