using System.Buffers;
using System.Text;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Mending;

/// <summary>The message of a choice, or its delta: see <see cref="AnswerMender"/>.</summary>
/// <param name="edits">The text that is walked.</param>
/// <param name="whole">Messages of a plain answer, not deltas.</param>
/// <param name="newId">For a call without one.</param>
internal sealed class MessageMender(JsonEdits edits, bool whole, Func<byte[]> newId)
{
    /// <summary>Our own member: in a message it holds what was said in blocks, as it came.</summary>
    public const string Own = "smartflow";

    private static readonly byte[] Assistant = "\"assistant\""u8.ToArray();
    private readonly ToolCallMender calls = new(edits, whole, newId);

    /// <summary>The text of the last delta, where that holds nothing else that has to be looked at.</summary>
    public Place? OnlyText { get; private set; }

    /// <summary>Walks the value on which the reader stands.</summary>
    public void Mend(ref Utf8JsonReader reader, MendedChoice choice)
    {
        OnlyText = null;
        if (reader.TokenType == JsonTokenType.Null && !whole && choice.HasRole)
            return;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            edits.Replace(JsonEdits.Past(ref reader), Nothing(choice));
            return;
        }
        var open = (int)reader.BytesConsumed;
        var said = new Said();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            Member(ref reader, choice, ref said);
        if (!said.Role && (whole || !choice.HasRole))
            edits.InsertMember(open, "\"role\":\"assistant\""u8);
        if (said.Odd || said.Lost is not null)
            TellOriginal(open, said);
        choice.HasRole = choice.HasDelta = true;
        OnlyText = said is { Odd: false, Other: false } ? said.Text : null;
    }

    /// <summary>
    /// What stands in the place of a message that is none: npm's helpers raise where nobody ever spoke.
    /// </summary>
    public ReadOnlySpan<byte> Nothing(MendedChoice choice)
    {
        var spoken = choice.HasRole;
        choice.HasRole = true;
        return whole ? "{\"role\":\"assistant\",\"content\":null}"u8
            : spoken ? "{}"u8
            : "{\"role\":\"assistant\"}"u8;
    }

    private void Member(ref Utf8JsonReader reader, MendedChoice choice, ref Said said)
    {
        if (reader.ValueTextEquals("content"u8))
            said.Content = Words(ref reader, ref said);
        else if (reader.ValueTextEquals("role"u8))
            Role(ref reader, choice, ref said);
        else if (reader.ValueTextEquals("reasoning_content"u8))
            said.ReasoningContent = Words(ref reader, ref said);
        else if (reader.ValueTextEquals("reasoning"u8))
            said.Reasoning = Words(ref reader, ref said);
        else if (reader.ValueTextEquals("refusal"u8))
        {
            // Anything else is none: a refusal turns the answer around.
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                said.Lose("refusal", Nulled(ref reader));
        }
        else
        {
            var name = JsonEdits.NameOf(reader);
            said.Other = true;
            if (reader.ValueTextEquals("tool_calls"u8))
                said.Lose("tool_calls", calls.Mend(ref reader, choice));
            else if (reader.ValueTextEquals("function_call"u8))
                said.Lose("function_call", Function(ref reader, choice));
            else if (reader.ValueTextEquals("annotations"u8))
                Shaped(ref reader, Shape.Annotations);
            else if (reader.ValueTextEquals("audio"u8))
                said.Lose("audio", Shaped(ref reader, Shape.Audio));
            else if (reader.ValueTextEquals(Own))
                edits.Remove(name with { End = Skipped(ref reader) });
            else
                Skipped(ref reader);
        }
    }

    /// <summary>Takes the value away where it has not this shape; then its place.</summary>
    public Place? Shaped(ref Utf8JsonReader reader, Shape shape)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (shape.Has(ref reader))
            return null;
        var place = new Place(start, (int)reader.BytesConsumed);
        edits.Replace(place, "null"u8);
        return place;
    }

    private Place Nulled(ref Utf8JsonReader reader)
    {
        var place = JsonEdits.Past(ref reader);
        edits.Replace(place, "null"u8);
        return place;
    }

    private void Role(ref Utf8JsonReader reader, MendedChoice choice, ref Said said)
    {
        reader.Read();
        said.Role = true;
        var right = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("assistant"u8);
        // In later deltas there may be none.
        if (right || (reader.TokenType == JsonTokenType.Null && !whole && choice.HasRole))
            return;
        edits.Replace(JsonEdits.Past(ref reader), Assistant);
    }

    /// <summary>
    /// A text stays; what is said in blocks or otherwise becomes one. The place of what was said, if anything.
    /// </summary>
    private Place? Words(ref Utf8JsonReader reader, ref Said said)
    {
        reader.Read();
        var (isText, isNull) = (reader.TokenType == JsonTokenType.String, reader.TokenType == JsonTokenType.Null);
        var place = JsonEdits.Past(ref reader);
        if (isNull)
            return null;
        if (isText)
        {
            if (said.Text is not { } text || place.End - place.Start > text.End - text.Start)
                said.Text = place;
            return place;
        }
        said.Odd = true;
        using var value = JsonDocument.Parse(edits.Json[place.Start..place.End]);
        edits.Replace(place, Quoted(AnswerReading.TextOf(value.RootElement)));
        return place;
    }

    private Place? Function(ref Utf8JsonReader reader, MendedChoice choice)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return Nulled(ref reader);
        choice.CallsFunction = true;
        calls.MendFunction(ref reader, begins: false);
        return null;
    }

    /// <summary>
    /// Blocks of thinking stand apart from the text; all of it, and what was taken away, is kept as it came.
    /// </summary>
    private void TellOriginal(int open, in Said said)
    {
        var own = new ArrayBufferWriter<byte>(256);
        own.Write("\"smartflow\":{"u8);
        var first = true;
        (string, Place?)[] spoken =
        [
            ("content", said.Content),
            ("reasoning_content", said.ReasoningContent),
            ("reasoning", said.Reasoning),
        ];
        foreach (var (name, place) in spoken.Concat(said.Lost ?? []))
        {
            if (place is not { } at)
                continue;
            own.Write(Encoding.UTF8.GetBytes($"{(first ? "" : ",")}\"{name}\":"));
            own.Write(edits[at]);
            first = false;
        }
        own.Write("}"u8);
        edits.InsertMember(open, own.WrittenSpan);
        if (said.Content is not { } content || said.ReasoningContent is not null || said.Reasoning is not null)
            return;
        using var blocks = JsonDocument.Parse(edits.Json[content.Start..content.End]);
        if (AnswerReading.ThoughtIn(blocks.RootElement) is { Length: > 0 } thought)
            edits.InsertMember(open, [.. "\"reasoning_content\":"u8, .. Quoted(thought)]);
    }

    private static int Skipped(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return (int)reader.BytesConsumed;
    }

    private static byte[] Quoted(string text)
    {
        var target = new ArrayBufferWriter<byte>(text.Length + 2);
        JsonText.WriteString(target, text);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>What one message says, and where.</summary>
    private struct Said
    {
        public Place? Text;
        public Place? Content;
        public Place? ReasoningContent;
        public Place? Reasoning;
        public List<(string Name, Place? At)>? Lost;
        public bool Role;
        public bool Odd;
        public bool Other;

        /// <summary>A member whose value was taken away, if it was.</summary>
        public void Lose(string name, Place? at)
        {
            if (at is not null)
                (Lost ??= []).Add((name, at));
        }
    }
}
