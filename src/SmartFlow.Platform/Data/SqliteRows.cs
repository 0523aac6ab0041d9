using System.Collections;
using System.Data.Common;
using SQLitePCL;

namespace SmartFlow.Platform.Data;

/// <summary>
/// The rows of a <see cref="SqliteStatement"/>, forwards, by position and as the type that was asked for.
/// </summary>
internal sealed class SqliteRows(SqliteStatement owner, sqlite3_stmt statement) : DbDataReader
{
    public override int FieldCount => raw.sqlite3_column_count(statement);

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override int Depth => 0;

    public override bool HasRows => throw Unsupported();

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => throw Unsupported();

    public override bool Read() => owner.Step();

    public override void Close() => owner.Reset();

    public override bool IsDBNull(int ordinal) => raw.sqlite3_column_type(statement, ordinal) == raw.SQLITE_NULL;

    public override long GetInt64(int ordinal) => raw.sqlite3_column_int64(statement, ordinal);

    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    public override string GetString(int ordinal) => raw.sqlite3_column_text(statement, ordinal).utf8_to_string() ?? "";

    public override object GetValue(int ordinal) =>
        raw.sqlite3_column_type(statement, ordinal) switch
        {
            raw.SQLITE_NULL => DBNull.Value,
            raw.SQLITE_INTEGER => GetInt64(ordinal),
            raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, ordinal),
            raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, ordinal).ToArray(),
            _ => GetString(ordinal),
        };

    // What the hot paths do not need.
    public override bool NextResult() => false;

    public override byte GetByte(int ordinal) => throw Unsupported();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        throw Unsupported();

    public override char GetChar(int ordinal) => throw Unsupported();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        throw Unsupported();

    public override string GetDataTypeName(int ordinal) => throw Unsupported();

    public override DateTime GetDateTime(int ordinal) => throw Unsupported();

    public override decimal GetDecimal(int ordinal) => throw Unsupported();

    public override double GetDouble(int ordinal) => throw Unsupported();

    public override IEnumerator GetEnumerator() => throw Unsupported();

    public override Type GetFieldType(int ordinal) => throw Unsupported();

    public override float GetFloat(int ordinal) => throw Unsupported();

    public override Guid GetGuid(int ordinal) => throw Unsupported();

    public override short GetInt16(int ordinal) => throw Unsupported();

    public override string GetName(int ordinal) => throw Unsupported();

    public override int GetOrdinal(string name) => throw Unsupported();

    public override int GetValues(object[] values) => throw Unsupported();

    private static NotSupportedException Unsupported() => new("Rows of raw SQL are read by position.");
}
