using System.Buffers;
using System.Text;
using System.Text.Json;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Dialect;

/// <summary>One of an answer's choices: its message joined from deltas, its log probabilities, its end.</summary>
internal sealed class AnswerChoice(int index)
{
    private readonly AnswerParts message = new();
    private readonly AnswerParts logprobs = new();
    private readonly AnswerParts rest = new();
    private readonly AnswerToolCalls toolCalls = new();
    private readonly AnswerParts functionCall = new();
    private byte[]? finishReason;
    private bool callsTools;
    private bool callsFunction;

    public int Index { get; } = index;

    public bool Finished => finishReason is not null;

    /// <summary>The reason of its end where this one is given for all.</summary>
    public string ReasonFor(string given) => FinishReasons.Beside(given, callsTools, callsFunction);

    public string FinishReasonText => finishReason is null ? "" : Encoding.UTF8.GetString(finishReason).Trim('"');

    /// <summary>It came as a whole message, not as deltas.</summary>
    public bool Whole { get; private set; }

    /// <summary>A usage object that stood in the choice; the reader of the chunk takes it away.</summary>
    public byte[]? OddUsage { get; set; }

    /// <summary>Takes the choice on whose brace the reader stands. Returns the text bytes and the bytes kept.</summary>
    public (long Text, long Kept) Add(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool keep)
    {
        long text = 0, kept = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var whole = reader.ValueTextEquals("message"u8);
            Whole |= whole;
            if (whole || reader.ValueTextEquals("delta"u8)) Message(json, ref reader, keep, ref text, ref kept);
            else if (reader.ValueTextEquals("finish_reason"u8)) TakeEnd(json, ref reader);
            else if (reader.ValueTextEquals("index"u8)) SkipValue(ref reader);
            else if (reader.ValueTextEquals("usage"u8)) TakeUsage(json, ref reader);
            else if (!keep) SkipValue(ref reader);
            else if (reader.ValueTextEquals("logprobs"u8)) kept += AddMembers(json, ref reader, logprobs);
            else kept += rest.Append(json, ref reader, setOnce: false);
        }
        return (text, kept);
    }

    public void Write(ArrayBufferWriter<byte> target)
    {
        target.Write("{\"index\":"u8);
        JsonText.WriteNumber(target, Index);
        target.Write(",\"message\":{"u8);
        if (!message.Has("role"u8)) target.Write("\"role\":\"assistant\","u8);
        if (!message.Has("content"u8)) target.Write(message.IsEmpty ? "\"content\":null"u8 : "\"content\":null,"u8);
        message.Write(target);
        if (!toolCalls.IsEmpty) toolCalls.Write(target);
        if (!functionCall.IsEmpty)
        {
            target.Write(",\"function_call\":{"u8);
            functionCall.Write(target);
            target.Write("}"u8);
        }
        target.Write("},\"logprobs\":"u8);
        if (logprobs.IsEmpty) target.Write("null"u8);
        else
        {
            target.Write("{"u8);
            logprobs.Write(target);
            target.Write("}"u8);
        }
        target.Write(",\"finish_reason\":"u8);
        if (finishReason is null) JsonText.WriteString(target, ReasonFor(FinishReasons.Stop));
        else target.Write(finishReason);
        if (!rest.IsEmpty) target.Write(","u8);
        rest.Write(target);
        target.Write("}"u8);
    }

    /// <summary>Drops what is kept; counting goes on.</summary>
    public void Forget()
    {
        message.Clear();
        logprobs.Clear();
        rest.Clear();
        functionCall.Clear();
        toolCalls.Clear();
    }

    private void Message(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool keep, ref long text, ref long kept)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        // Some servers tell the same thought under both of its names.
        var (thought, original) = (0L, 0L);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("tool_calls"u8))
            {
                callsTools |= HasValue(reader);
                toolCalls.Add(json, ref reader, keep, ref text, ref kept);
            }
            else if (reader.ValueTextEquals("function_call"u8))
            {
                callsFunction |= HasValue(reader);
                FunctionCall(json, ref reader, keep, ref text, ref kept);
            }
            else if (reader.ValueTextEquals(MessageMender.Own)) original = WeightOf(json, ref reader);
            else
            {
                var named = reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("id"u8);
                if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
                    thought = Math.Max(thought, PeekText(reader));
                else if (!named && !(original > 0 && reader.ValueTextEquals("content"u8))) text += PeekText(reader);
                if (keep) kept += message.Append(json, ref reader, setOnce: named);
                else SkipValue(ref reader);
            }
        }
        // What was said in blocks was made texts of; the blocks as they came are what it weighs.
        text += original > 0 ? original : thought;
    }

    /// <summary>A list with something in it, or an object; the reader is a copy.</summary>
    private static bool HasValue(Utf8JsonReader reader) =>
        reader.Read() && (reader.TokenType == JsonTokenType.StartObject
            || (reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray));

    private static long WeightOf(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var weight = 0L;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
        else
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Read();
                weight += AnswerParts.Slice(json, ref reader).Length;
            }
        return weight;
    }

    private void FunctionCall(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool keep, ref long text, ref long kept)
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
            text += PeekText(reader);
            if (keep) kept += functionCall.Append(json, ref reader, setOnce: isName);
            else SkipValue(ref reader);
        }
    }

    /// <summary>The length of the text that follows the name on which the reader stands; the reader is a copy.</summary>
    internal static long PeekText(Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? JsonText.DecodedLength(reader.ValueSpan) : 0;
    }

    private static long AddMembers(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, AnswerParts parts)
    {
        var kept = 0L;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return 0;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) kept += parts.Append(json, ref reader);
        return kept;
    }

    private void TakeEnd(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return;
        var value = AnswerParts.Slice(json, ref reader);
        if (FinishReasons.Of(value) is not null) finishReason = value.ToArray();
    }

    private void TakeUsage(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var value = AnswerParts.Slice(json, ref reader);
        if (isObject) OddUsage = value.ToArray();
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
