using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// The members of an object that arrives in pieces, raw and in the order of their first appearance. Pieces of text
/// are joined, lists appended, anything else replaced by the last; null adds nothing.
/// </summary>
internal sealed class AnswerParts
{
    private const int MaxParts = 64;
    private readonly List<Part> parts = [];

    public bool IsEmpty => parts.Count == 0;

    /// <summary>Keeps the first value of a member. The reader stands on its name. Returns the bytes added.</summary>
    public int SetOnce(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var known = Find(reader.ValueSpan);
        var name = known is null ? reader.ValueSpan.ToArray() : null;
        reader.Read();
        if (known is not null || reader.TokenType == JsonTokenType.Null)
        {
            reader.Skip();
            return 0;
        }
        var value = Slice(json, ref reader);
        if (Add(name!, PartKind.Value) is not { } part) return 0;
        part.Data.Write(value);
        return value.Length + name!.Length;
    }

    /// <summary>Takes a piece of a member. The reader stands on its name. Returns the bytes added.</summary>
    public int Append(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool setOnce = false)
    {
        var part = Find(reader.ValueSpan);
        var name = part is null ? reader.ValueSpan.ToArray() : null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return 0;
        var kind = reader.TokenType switch
        {
            JsonTokenType.String when !setOnce => PartKind.Text,
            JsonTokenType.StartArray => PartKind.List,
            _ => PartKind.Value,
        };
        var value = Slice(json, ref reader);
        if (part is not null && part.Kind != kind) return 0;
        // A member that is set once may begin empty.
        if (part is null) part = Add(name!, kind);
        else if (setOnce && !part.IsEmptyText) return 0;
        return part?.Take(value) ?? 0;
    }

    /// <summary>Writes the members without braces.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        if (parts.Count == 0) return default;
        var target = new ArrayBufferWriter<byte>();
        Write(target);
        return target.WrittenMemory;
    }

    public void Write(ArrayBufferWriter<byte> target)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) target.Write(","u8);
            parts[i].Write(target);
        }
    }

    public bool Has(ReadOnlySpan<byte> name) => Find(name) is not null;

    public void Clear() => parts.Clear();

    /// <summary>The raw value on which the reader stands; the reader moves to its end.</summary>
    public static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> json, scoped ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private Part? Find(ReadOnlySpan<byte> name)
    {
        foreach (var part in parts)
            if (name.SequenceEqual(part.Name))
                return part;
        return null;
    }

    /// <summary>Null: there are too many different members to keep another.</summary>
    private Part? Add(byte[] name, PartKind kind)
    {
        if (parts.Count == MaxParts) return null;
        parts.Add(new Part(name, kind));
        return parts[^1];
    }

    private enum PartKind
    {
        Value,
        Text,
        List,
    }

    private sealed class Part(byte[] name, PartKind kind)
    {
        public byte[] Name { get; } = name;

        public PartKind Kind => kind;

        public ArrayBufferWriter<byte> Data { get; } = new(16);

        public bool IsEmptyText => kind == PartKind.Value && Data.WrittenSpan.SequenceEqual("\"\""u8);

        public int Take(ReadOnlySpan<byte> value)
        {
            if (Kind == PartKind.Value) Data.ResetWrittenCount();
            else value = value[1..^1];
            if (Kind == PartKind.List) value = value.Trim(" \t\r\n"u8);
            if (Kind == PartKind.List && Data.WrittenCount > 0 && !value.IsEmpty) Data.Write(","u8);
            Data.Write(value);
            return value.Length;
        }

        public void Write(ArrayBufferWriter<byte> target)
        {
            target.Write("\""u8);
            target.Write(Name);
            target.Write("\":"u8);
            if (Kind == PartKind.Text) target.Write("\""u8);
            if (Kind == PartKind.List) target.Write("["u8);
            target.Write(Data.WrittenSpan);
            if (Kind == PartKind.Text) target.Write("\""u8);
            if (Kind == PartKind.List) target.Write("]"u8);
        }
    }
}
