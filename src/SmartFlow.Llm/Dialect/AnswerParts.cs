using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// The members of an object that arrives in pieces, raw and in the order of their first appearance. Pieces of text are
/// joined, lists appended, anything else replaced by the last; null adds nothing. Text among the blocks of a list is a
/// block of its own.
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
        if (Add(name!, PartKind.Value) is not { } part)
            return 0;
        part.Data.Write(value);
        return value.Length + name!.Length;
    }

    /// <summary>Takes a piece of a member. The reader stands on its name. Returns the bytes added.</summary>
    public int Append(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool setOnce = false)
    {
        var part = Find(reader.ValueSpan);
        var name = part is null ? reader.ValueSpan.ToArray() : null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        var kind = setOnce && reader.TokenType == JsonTokenType.String ? PartKind.Value : KindOf(reader.TokenType);
        var value = Slice(json, ref reader);
        if (part is null)
            part = Add(name!, kind);
        // A member that is set once may begin empty.
        else if (setOnce ? !part.IsEmptyText : part.Kind != kind && !part.TryMix(kind))
            return 0;
        return part?.Take(value, kind) ?? 0;
    }

    /// <summary>Takes a piece of a text, escaped and with its quotes. Returns the bytes added.</summary>
    public int AppendText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var part = Find(name) ?? Add(name.ToArray(), PartKind.Text);
        return part is null || (part.Kind != PartKind.Text && !part.TryMix(PartKind.Text))
            ? 0
            : part.Take(text, PartKind.Text);
    }

    /// <summary>
    /// Takes a member that is whole, in the place of its pieces; nothing takes the place of something. Returns the
    /// bytes added.
    /// </summary>
    public int Replace(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        if (Find(reader.ValueSpan) is not { } part)
            return Append(json, ref reader);
        reader.Read();
        var kind = KindOf(reader.TokenType);
        var isNull = reader.TokenType == JsonTokenType.Null;
        var value = Slice(json, ref reader);
        var isNothing = isNull || (kind != PartKind.Value && value[1..^1].Trim(" \t\r\n"u8).IsEmpty);
        if (isNothing || (part.Kind == PartKind.Value && kind != PartKind.Value))
            return 0;
        var before = part.Data.WrittenCount;
        part.Begin(kind);
        return part.Take(value, kind) - before;
    }

    /// <summary>Writes the members without braces.</summary>
    public ReadOnlyMemory<byte> Write()
    {
        if (parts.Count == 0)
            return default;
        var target = new ArrayBufferWriter<byte>();
        Write(target);
        return target.WrittenMemory;
    }

    public void Write(ArrayBufferWriter<byte> target)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
                target.Write(","u8);
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

    private static PartKind KindOf(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.String => PartKind.Text,
            JsonTokenType.StartArray => PartKind.List,
            _ => PartKind.Value,
        };

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
        if (parts.Count == MaxParts)
            return null;
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
        private bool textIsOpen;

        public byte[] Name { get; } = name;

        public PartKind Kind { get; private set; } = kind;

        public ArrayBufferWriter<byte> Data { get; } = new(16);

        public bool IsEmptyText => Kind == PartKind.Value && Data.WrittenSpan.SequenceEqual("\"\""u8);

        public void Begin(PartKind kind)
        {
            (Kind, textIsOpen) = (kind, false);
            Data.ResetWrittenCount();
        }

        /// <summary>Makes room for text in a list, or for a list after text.</summary>
        public bool TryMix(PartKind other)
        {
            if (Kind == PartKind.Value || other == PartKind.Value)
                return false;
            if (Kind == PartKind.List)
                return true;
            var said = Data.WrittenSpan.ToArray();
            Begin(PartKind.List);
            TakeText(said);
            return true;
        }

        public int Take(ReadOnlySpan<byte> value, PartKind kind)
        {
            var before = Data.WrittenCount;
            if (Kind == PartKind.Value)
                Data.ResetWrittenCount();
            if (kind != PartKind.Value)
                value = value[1..^1];
            if (Kind == PartKind.List && kind == PartKind.Text)
                TakeText(value);
            else
            {
                if (Kind == PartKind.List)
                    value = value.Trim(" \t\r\n"u8);
                if (Kind == PartKind.List && !value.IsEmpty)
                    EndElement();
                Data.Write(value);
            }
            return Kind == PartKind.Value ? value.Length : Data.WrittenCount - before;
        }

        public void Write(ArrayBufferWriter<byte> target)
        {
            target.Write("\""u8);
            target.Write(Name);
            target.Write("\":"u8);
            if (Kind == PartKind.Text)
                target.Write("\""u8);
            if (Kind == PartKind.List)
                target.Write("["u8);
            target.Write(Data.WrittenSpan);
            if (textIsOpen)
                target.Write("\"}"u8);
            if (Kind == PartKind.Text)
                target.Write("\""u8);
            if (Kind == PartKind.List)
                target.Write("]"u8);
        }

        private void TakeText(ReadOnlySpan<byte> text)
        {
            if (text.IsEmpty)
                return;
            if (!textIsOpen)
            {
                if (Data.WrittenCount > 0)
                    Data.Write(","u8);
                Data.Write("{\"type\":\"text\",\"text\":\""u8);
            }
            textIsOpen = true;
            Data.Write(text);
        }

        private void EndElement()
        {
            if (textIsOpen)
                Data.Write("\"}"u8);
            textIsOpen = false;
            if (Data.WrittenCount > 0)
                Data.Write(","u8);
        }
    }
}
