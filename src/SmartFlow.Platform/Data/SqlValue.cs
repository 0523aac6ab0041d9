namespace SmartFlow.Platform.Data;

/// <summary>
/// A parameter of raw SQL: a number, a truth value, a text, bytes, or nothing. Nothing is boxed on the way.
/// </summary>
public readonly struct SqlValue
{
    private SqlValue(SqlKind kind, long number = 0, object? content = null) =>
        (Kind, Number, Content) = (kind, number, content);

    internal SqlKind Kind { get; }

    internal long Number { get; }

    internal object? Content { get; }

    public static SqlValue Null => default;

    public static implicit operator SqlValue(long value) => new(SqlKind.Number, value);

    public static implicit operator SqlValue(long? value) => value is { } number ? number : Null;

    public static implicit operator SqlValue(int value) => new(SqlKind.Number32, value);

    public static implicit operator SqlValue(bool value) => new(SqlKind.Truth, value ? 1 : 0);

    public static implicit operator SqlValue(string? value) => value is null ? Null : new(SqlKind.Text, 0, value);

    public static implicit operator SqlValue(byte[]? value) => value is null ? Null : new(SqlKind.Bytes, 0, value);

    /// <summary>As other drivers take it.</summary>
    internal object ToObject() =>
        Kind switch
        {
            SqlKind.Null => DBNull.Value,
            SqlKind.Number => Number,
            SqlKind.Number32 => (int)Number,
            SqlKind.Truth => Number != 0,
            _ => Content!,
        };
}

internal enum SqlKind : byte
{
    Null,
    Number,
    Number32,
    Truth,
    Text,
    Bytes,
}
