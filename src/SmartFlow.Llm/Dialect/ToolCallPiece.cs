using System.Globalization;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>What one entry of a list of tool calls says about which call it belongs to.</summary>
internal readonly ref struct ToolCallPiece
{
    private const int MaxIndex = 1_000_000;

    /// <summary>The index; null: missing, or nothing that could be one.</summary>
    public int? Index { get; private init; }

    /// <summary>It is a plain number, as clients read it.</summary>
    public bool IndexIsPlain { get; private init; }

    /// <summary>Escaped, without quotes; empty: none.</summary>
    public ReadOnlySpan<byte> Id { get; private init; }

    /// <summary>The function's name, escaped; empty: none.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>The first byte of its arguments that is no space; 0: it has none.</summary>
    public byte First { get; private init; }

    /// <summary>The last one.</summary>
    public byte Last { get; private init; }

    /// <summary>The entry on whose brace the reader stands; the reader is a copy.</summary>
    public static ToolCallPiece Of(Utf8JsonReader reader)
    {
        int? index = null;
        var plain = false;
        ReadOnlySpan<byte> id = default,
            name = default,
            arguments = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isIndex, isId, isFunction) = (
                reader.ValueTextEquals("index"u8),
                reader.ValueTextEquals("id"u8),
                reader.ValueTextEquals("function"u8)
            );
            var (isName, isArguments) = (reader.ValueTextEquals("name"u8), reader.ValueTextEquals("arguments"u8));
            reader.Read();
            // Some servers have no function around them.
            if (isName && name.IsEmpty && reader.TokenType == JsonTokenType.String)
                name = reader.ValueSpan;
            if (isArguments && arguments.IsEmpty)
                arguments = ArgumentsOf(reader);
            if (isIndex)
                (index, plain) = IndexOf(reader);
            if (isId && reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                id = reader.ValueSpan;
            if (isFunction && reader.TokenType == JsonTokenType.StartObject)
                Function(ref reader, ref name, ref arguments);
            else
                reader.Skip();
        }
        arguments = arguments.Trim(" \t\r\n"u8);
        return new ToolCallPiece
        {
            Index = index,
            IndexIsPlain = plain,
            Id = id,
            Name = name,
            First = arguments.IsEmpty ? (byte)0 : arguments[0],
            Last = arguments.IsEmpty ? (byte)0 : arguments[^1],
        };
    }

    private static void Function(
        ref Utf8JsonReader reader,
        ref ReadOnlySpan<byte> name,
        ref ReadOnlySpan<byte> arguments
    )
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isName, isArguments) = (reader.ValueTextEquals("name"u8), reader.ValueTextEquals("arguments"u8));
            reader.Read();
            if (isName && reader.TokenType == JsonTokenType.String)
                name = reader.ValueSpan;
            if (isArguments)
                arguments = ArgumentsOf(reader);
            reader.Skip();
        }
    }

    /// <summary>Those that are served as an object are whole.</summary>
    private static ReadOnlySpan<byte> ArgumentsOf(Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.String => reader.ValueSpan,
            JsonTokenType.StartObject => "{}"u8,
            _ => default,
        };

    private static (int? Index, bool Plain) IndexOf(in Utf8JsonReader reader)
    {
        if (
            reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt32(out var number)
            && number is >= 0 and < MaxIndex
        )
            return (number, true);
        return
            reader.TokenType is JsonTokenType.Number or JsonTokenType.String
            && double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var read)
            && read is >= 0 and < MaxIndex
            && read == Math.Floor(read)
            ? ((int)read, false)
            : (null, false);
    }
}
