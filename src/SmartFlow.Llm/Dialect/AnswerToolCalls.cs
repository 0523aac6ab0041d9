using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Tool calls joined from deltas, told apart by <see cref="ToolCallNumbers"/>; servers that repeat id and name in every
/// delta do not double them.
/// </summary>
internal sealed class AnswerToolCalls
{
    private readonly ToolCallNumbers numbers = new();
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
        var entries = Entries(reader);
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            var call = keep ? CallFor(reader, position, entries) : null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("function"u8))
                {
                    Function(json, ref reader, call, ref text, ref kept);
                    continue;
                }
                // Tools of other kinds have their input here.
                if (!OutputWeight.IsMark(ref reader))
                    text += AnswerChoice.Weigh(reader);
                if (call is null || reader.ValueTextEquals("index"u8))
                    SkipValue(ref reader);
                else
                    kept += call.Parts.Append(json, ref reader, setOnce: true);
            }
        }
    }

    /// <summary>How many entries the list has on whose bracket the reader stands; the reader is a copy.</summary>
    public static int Entries(Utf8JsonReader reader)
    {
        var entries = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; entries++)
            reader.Skip();
        return entries;
    }

    public void Write(ArrayBufferWriter<byte> target)
    {
        target.Write(",\"tool_calls\":["u8);
        for (var i = 0; i < calls.Count; i++)
        {
            target.Write(i > 0 ? ",{"u8 : "{"u8);
            calls[i].Parts.Write(target);
            if (!calls[i].Parts.IsEmpty)
                target.Write(","u8);
            target.Write("\"function\":{"u8);
            calls[i].Function.Write(target);
            target.Write("}}"u8);
        }
        target.Write("]"u8);
    }

    public void Clear() => calls.Clear();

    private static void Function(
        ReadOnlySpan<byte> json,
        ref Utf8JsonReader reader,
        Call? call,
        ref long text,
        ref long kept
    )
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
            if (call is null)
                SkipValue(ref reader);
            else
                kept += call.Function.Append(json, ref reader, setOnce: isName);
        }
    }

    /// <summary>The call that this delta continues or begins; null: there are too many. The reader is a copy.</summary>
    private Call? CallFor(Utf8JsonReader reader, int position, int entries)
    {
        var number = numbers.Of(ToolCallPiece.Of(reader), position, entries);
        if (number < 0)
            return null;
        if (number == calls.Count)
            calls.Add(new Call());
        return calls[number];
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private sealed class Call
    {
        public AnswerParts Parts { get; } = new();

        public AnswerParts Function { get; } = new();
    }
}
