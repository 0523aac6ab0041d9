using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Tool calls joined from deltas by their index. Servers that leave the index out (or call everything 0) tell calls
/// apart by a new id; servers that repeat id and name in every delta do not double them.
/// </summary>
internal sealed class AnswerToolCalls
{
    public const int MaxCalls = 256;
    private readonly List<Call> calls = [];

    public bool IsEmpty => calls.Count == 0;

    /// <summary>Takes the value of <c>tool_calls</c>; the reader stands on the name.</summary>
    public void Add(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool keep, ref long text, ref long kept)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A tool call is not an object.");
            var call = keep ? CallFor(json, reader, position) : null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("function"u8))
                {
                    Function(json, ref reader, call, ref text, ref kept);
                    continue;
                }
                // Tools of other kinds have their input here.
                if (!OutputWeight.IsMark(ref reader)) text += AnswerChoice.Weigh(reader);
                if (call is null || reader.ValueTextEquals("index"u8)) SkipValue(ref reader);
                else kept += call.Parts.Append(json, ref reader, setOnce: true);
            }
        }
    }

    public void Write(ArrayBufferWriter<byte> target)
    {
        target.Write(",\"tool_calls\":["u8);
        for (var i = 0; i < calls.Count; i++)
        {
            target.Write(i > 0 ? ",{"u8 : "{"u8);
            calls[i].Parts.Write(target);
            if (!calls[i].Parts.IsEmpty) target.Write(","u8);
            target.Write("\"function\":{"u8);
            calls[i].Function.Write(target);
            target.Write("}}"u8);
        }
        target.Write("]"u8);
    }

    public void Clear() => calls.Clear();

    private static void Function(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, Call? call, ref long text, ref long kept)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            text += AnswerChoice.Weigh(reader);
            if (call is null) SkipValue(ref reader);
            else kept += call.Function.Append(json, ref reader, setOnce: isName);
        }
    }

    /// <summary>The call that this delta continues or begins; the reader is a copy.</summary>
    private Call CallFor(ReadOnlySpan<byte> json, Utf8JsonReader reader, int position)
    {
        int? index = null;
        ReadOnlySpan<byte> id = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("index"u8);
            var isId = reader.ValueTextEquals("id"u8);
            reader.Read();
            if (isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) index = number;
            else if (isId && reader.TokenType == JsonTokenType.String) id = reader.ValueSpan;
            else reader.Skip();
        }
        for (var i = calls.Count - 1; i >= 0; i--)
        {
            var call = calls[i];
            if (call.Index != (index ?? call.Index) || (index is null && id.IsEmpty && i != position && calls.Count > position)) continue;
            if (id.IsEmpty || call.Id.Length == 0 || id.SequenceEqual(call.Id)) return call.Named(id);
        }
        if (calls.Count == MaxCalls) throw new JsonException("An answer has too many tool calls.");
        calls.Add(new Call(index ?? calls.Count));
        return calls[^1].Named(id);
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private sealed class Call(int index)
    {
        public int Index { get; } = index;

        public byte[] Id { get; private set; } = [];

        public AnswerParts Parts { get; } = new();

        public AnswerParts Function { get; } = new();

        public Call Named(ReadOnlySpan<byte> id)
        {
            if (Id.Length == 0 && !id.IsEmpty) Id = id.ToArray();
            return this;
        }
    }
}
