using System.Buffers;
using System.Text;
using System.Text.Json;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Dialect;

/// <summary>One of an answer's choices: its message joined from deltas, its log probabilities, its end.</summary>
internal sealed partial class AnswerChoice(int index)
{
    private readonly AnswerParts message = new();
    private readonly AnswerParts logprobs = new();
    private readonly AnswerParts rest = new();
    private readonly AnswerToolCalls toolCalls = new();
    private readonly AnswerParts functionCall = new();
    private byte[]? finishReason;
    private bool callsTools;
    private bool callsFunction;
    private Weights delivered;
    private bool cameInDeltas;
    private long media;

    public int Index { get; } = index;

    public bool Finished => finishReason is not null;

    /// <summary>The reason of its end where this one is given for all.</summary>
    public string ReasonFor(string given) => FinishReasons.Beside(given, callsTools, callsFunction);

    public string FinishReasonText => finishReason is null ? "" : Encoding.UTF8.GetString(finishReason).Trim('"');

    /// <summary>It came as a whole message, not as deltas.</summary>
    public bool Whole { get; private set; }

    /// <summary>A usage object that stood in the choice; the reader of the chunk takes it away.</summary>
    public byte[]? OddUsage { get; set; }

    /// <summary>
    /// Takes the choice on whose brace the reader stands. Returns by how much the weight of its output and the bytes
    /// kept have grown. A message that comes with the end of a choice which came in deltas is all of it once more: what
    /// it says takes the deltas' place. Before the end, and where it equals the delta, a message beside a delta says
    /// nothing new.
    /// </summary>
    public (long Weight, long Kept) Add(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, bool keep)
    {
        var before = delivered.Sum;
        var kept = 0L;
        var took = false;
        var first = ..0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMessage = reader.ValueTextEquals("message"u8);
            Whole |= isMessage;
            if (isMessage || reader.ValueTextEquals("delta"u8))
            {
                var again = isMessage && cameInDeltas && (Finished || EndFollows(reader));
                var isNew = again
                    ? !took || !Follows(json[first], json, reader)
                    : !took && (!isMessage || !DeltaFollows(json, reader));
                if (!isNew)
                    SkipValue(ref reader);
                else
                {
                    var start = (int)reader.BytesConsumed;
                    took |= Message(json, ref reader, keep, isMessage, again, ref kept);
                    first = start..(int)reader.BytesConsumed;
                }
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
                TakeEnd(json, ref reader);
            else if (reader.ValueTextEquals("index"u8))
                SkipValue(ref reader);
            else if (reader.ValueTextEquals("usage"u8))
                TakeUsage(json, ref reader);
            else
            {
                // The answer's text in the older form of completions.
                if (reader.ValueTextEquals("text"u8))
                    delivered.Said += Weigh(reader);
                if (!keep)
                    SkipValue(ref reader);
                else if (reader.ValueTextEquals("logprobs"u8))
                    kept += AddMembers(json, ref reader, logprobs);
                else
                    kept += rest.Append(json, ref reader, setOnce: false);
            }
        }
        return (delivered.Sum - before, kept);
    }

    /// <summary>
    /// As <see cref="Add"/> of a delta that has this text, escaped and with its quotes, and nothing else.
    /// </summary>
    public (long Weight, long Kept) Say(ReadOnlySpan<byte> text, bool keep)
    {
        var weight = JsonText.DecodedLength(text[1..^1]);
        delivered.Said += weight;
        cameInDeltas |= weight > 0;
        return (weight, keep ? message.AppendText("content"u8, text) : 0);
    }

    /// <summary>What looks like images and sounds, since it was last asked for.</summary>
    public long TakeMedia()
    {
        var taken = media;
        media = 0;
        return taken;
    }

    public void Write(ArrayBufferWriter<byte> target)
    {
        target.Write("{\"index\":"u8);
        JsonText.WriteNumber(target, Index);
        target.Write(",\"message\":{"u8);
        if (!message.Has("role"u8))
            target.Write("\"role\":\"assistant\","u8);
        if (!message.Has("content"u8))
            target.Write(message.IsEmpty ? "\"content\":null"u8 : "\"content\":null,"u8);
        message.Write(target);
        if (!toolCalls.IsEmpty)
            toolCalls.Write(target);
        if (!functionCall.IsEmpty)
        {
            target.Write(",\"function_call\":{"u8);
            functionCall.Write(target);
            target.Write("}"u8);
        }
        target.Write("},\"logprobs\":"u8);
        if (logprobs.IsEmpty)
            target.Write("null"u8);
        else
        {
            target.Write("{"u8);
            logprobs.Write(target);
            target.Write("}"u8);
        }
        target.Write(",\"finish_reason\":"u8);
        if (finishReason is null)
            JsonText.WriteString(target, ReasonFor(FinishReasons.Stop));
        else
            target.Write(finishReason);
        if (!rest.IsEmpty)
            target.Write(","u8);
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

    /// <summary>Returns whether it said anything.</summary>
    private bool Message(
        ReadOnlySpan<byte> json,
        ref Utf8JsonReader reader,
        bool keep,
        bool isMessage,
        bool again,
        ref long kept
    )
    {
        var weights = new Weights();
        var named = reader;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            weights.Said = Weigh(named);
        }
        else
        {
            // Some servers tell the same thought under several names, one of them in parts of JSON.
            OutputWeight spoken = default,
                structured = default;
            long content = 0,
                original = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("tool_calls"u8))
                {
                    callsTools |= HasValue(reader);
                    ToolCalls(json, ref reader, keep, again, ref weights.Called, ref kept);
                }
                else if (reader.ValueTextEquals("function_call"u8))
                {
                    callsFunction |= HasValue(reader);
                    FunctionCall(json, ref reader, keep, again, ref weights.Called, ref kept);
                }
                else if (reader.ValueTextEquals(MessageMender.Own))
                    original = WeighOriginal(ref reader);
                else
                {
                    var (isContent, said) = (reader.ValueTextEquals("content"u8), weights.Said);
                    var isMark = Weigh(ref reader, ref weights.Said, ref spoken, ref structured);
                    if (isContent)
                        content += weights.Said - said;
                    if (!keep)
                        SkipValue(ref reader);
                    else if (again)
                        kept += message.Replace(json, ref reader);
                    else
                        kept += message.Append(json, ref reader, setOnce: isMark);
                }
            }
            (weights.Spoken, weights.Structured, weights.Texts) = (spoken.Bytes, structured.Bytes, structured.Texts);
            // What was said in blocks was made texts of; the blocks as they came are what it weighs.
            if (original > 0)
                (weights.Said, weights.Spoken, weights.Structured, weights.Texts) = (
                    weights.Said - content + original,
                    0,
                    0,
                    0
                );
        }
        cameInDeltas |= !isMessage && weights.Sum > 0;
        if (again)
            delivered.Replace(weights);
        else
            delivered.Add(weights);
        return weights.Sum > 0;
    }

    /// <summary>A list with something in it, or an object; the reader is a copy.</summary>
    private static bool HasValue(Utf8JsonReader reader) =>
        reader.Read()
        && (
            reader.TokenType == JsonTokenType.StartObject
            || (
                reader.TokenType == JsonTokenType.StartArray
                && reader.Read()
                && reader.TokenType != JsonTokenType.EndArray
            )
        );

    private void ToolCalls(
        ReadOnlySpan<byte> json,
        ref Utf8JsonReader reader,
        bool keep,
        bool again,
        ref long called,
        ref long kept
    )
    {
        var named = reader;
        if (again && Weigh(named) > 0)
            toolCalls.Clear();
        var before = called;
        toolCalls.Add(json, ref reader, keep, ref called, ref kept);
        // What is no list of calls was said all the same.
        if (called == before)
            called += Weigh(named);
    }

    private void FunctionCall(
        ReadOnlySpan<byte> json,
        ref Utf8JsonReader reader,
        bool keep,
        bool again,
        ref long called,
        ref long kept
    )
    {
        var named = reader;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            called += Weigh(named);
            return;
        }
        if (again && Weigh(named) > 0)
            functionCall.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            called += Weigh(reader);
            if (keep)
                kept += functionCall.Append(json, ref reader, setOnce: isName);
            else
                SkipValue(ref reader);
        }
    }

    /// <summary>The weight of what follows the name on which the reader stands; the reader is a copy.</summary>
    internal static long Weigh(Utf8JsonReader reader) => OutputWeight.Of(reader).Bytes;

    /// <summary>The value that follows the name on which the reader stands is this one; the reader is a copy.</summary>
    private static bool Follows(ReadOnlySpan<byte> value, ReadOnlySpan<byte> json, Utf8JsonReader reader)
    {
        reader.Read();
        return AnswerParts.Slice(json, ref reader).SequenceEqual(value.TrimStart(" \t\r\n:"u8));
    }

    /// <summary>
    /// A delta that says something stands behind the member on which the reader stands; the reader is a copy.
    /// </summary>
    private static bool DeltaFollows(ReadOnlySpan<byte> json, Utf8JsonReader reader)
    {
        if (json[(int)reader.BytesConsumed..].IndexOf("\"delta\""u8) < 0)
            return false;
        reader.Read();
        reader.Skip();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8))
                return Weigh(reader) > 0;
            SkipValue(ref reader);
        }
        return false;
    }

    /// <summary>
    /// The choice ends in this chunk, behind the member on which the reader stands; the reader is a copy.
    /// </summary>
    private static bool EndFollows(Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEnd = reader.ValueTextEquals("finish_reason"u8);
            reader.Read();
            if (isEnd && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
                return true;
            reader.Skip();
        }
        return false;
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
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            kept += parts.Append(json, ref reader);
        return kept;
    }

    private void TakeEnd(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return;
        var value = AnswerParts.Slice(json, ref reader);
        if (FinishReasons.Of(value) is not null)
            finishReason = value.ToArray();
    }

    private void TakeUsage(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        var value = AnswerParts.Slice(json, ref reader);
        if (isObject)
            OddUsage = value.ToArray();
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
