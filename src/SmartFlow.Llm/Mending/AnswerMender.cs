using System.Text;
using System.Text.Json;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Puts right in one answer of the common dialect what official clients raise on, or what they would join wrongly:
/// after it has been paid for an answer is shown, and what cannot be shown is left out. What is right stays byte for
/// byte. This is the one place: whoever reads an answer behind it, forwarded, stored or in another form, finds the
/// dialect as it is documented. What clients raise on, with the tables: docs/dialects.md.
/// </summary>
internal sealed class AnswerMender
{
    /// <summary>The year 9999, beyond which clients cannot read a time.</summary>
    private const long LastSecond = 253_402_300_799;
    private readonly bool whole;
    private readonly TimeProvider time;
    private readonly ReadableJson readable = new();
    private readonly JsonEdits edits = new();
    private readonly MessageMender messages;
    private readonly List<MendedChoice> choices = [];
    private readonly List<Place> free = [];
    private Place? usage;
    private int kept;
    private bool mayVary;

    private AnswerMender(bool whole, TimeProvider time)
    {
        (this.whole, this.time) = (whole, time);
        messages = new MessageMender(edits, whole, NewId);
    }

    /// <summary>Choices that have ended.</summary>
    public int Ended { get; private set; }

    /// <summary>
    /// The usage that stood beside choices in the last chunk, as a chunk of its own, so that it is told once; empty:
    /// none.
    /// </summary>
    public ReadOnlyMemory<byte> Usage { get; private set; }

    /// <summary>
    /// The texts of the last chunk with their quotes, where a chunk that differs in nothing else is right, too; else
    /// none.
    /// </summary>
    public IReadOnlyList<Place> FreeTexts => free;

    /// <summary>For the chunks of one stream.</summary>
    public static AnswerMender OfStream(TimeProvider time) => new(whole: false, time);

    /// <summary>A plain answer. False: it has no readable choice.</summary>
    public static bool TryComplete(ReadOnlyMemory<byte> body, TimeProvider time, out ReadOnlyMemory<byte> completion)
    {
        var mender = new AnswerMender(whole: true, time);
        return mender.TryMend(body, out completion) && mender.kept > 0;
    }

    /// <summary>The next chunk. False: it is not readable.</summary>
    public bool TryMend(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> mended)
    {
        mended = json;
        (Usage, usage, kept, mayVary) = (default, null, 0, false);
        free.Clear();
        if (!readable.TryRead(json, out var read))
            return false;
        edits.Begin(read);
        Walk();
        mended = edits.End();
        if (!mayVary || edits.Any || !read.Equals(json))
            free.Clear();
        return true;
    }

    private void Walk()
    {
        var reader = new Utf8JsonReader(edits.Json.Span);
        reader.Read();
        var open = (int)reader.BytesConsumed;
        var hasChoices = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                hasChoices = true;
                reader.Read();
                Choices(ref reader);
            }
            else if (reader.ValueTextEquals("usage"u8))
                Told(ref reader);
            else
                Head(ref reader);
        }
        if (!hasChoices && !whole)
            edits.InsertMember(open, "\"choices\":[]"u8);
        if (usage is { } place)
            TellUsage(place);
    }

    private void Head(ref Utf8JsonReader reader)
    {
        if (
            reader.ValueTextEquals("id"u8)
            || reader.ValueTextEquals("model"u8)
            || reader.ValueTextEquals("system_fingerprint"u8)
            || reader.ValueTextEquals("service_tier"u8)
        )
        {
            reader.Read();
            edits.Text(ref reader, "null"u8);
        }
        else if (reader.ValueTextEquals("object"u8))
        {
            reader.Read();
            edits.Text(ref reader, whole ? "\"chat.completion\""u8 : "\"chat.completion.chunk\""u8);
        }
        else if (reader.ValueTextEquals("created"u8))
        {
            reader.Read();
            var seconds =
                JsonEdits.Number(ref reader) is { } said && said > LastSecond && said / 1000 <= LastSecond
                    ? (long)(said / 1000)
                    : time.GetUtcNow().ToUnixTimeSeconds();
            edits.Whole(ref reader, 0, LastSecond, seconds);
        }
        else
        {
            // OpenAI fills its chunks up so that their length says nothing of the text.
            var isFiller = reader.ValueTextEquals("obfuscation"u8);
            reader.Read();
            isFiller &= reader.TokenType == JsonTokenType.String;
            var place = JsonEdits.Past(ref reader);
            if (isFiller)
                free.Add(place);
        }
    }

    private void Choices(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            // One choice that was not put into a list.
            edits.Insert((int)reader.TokenStartIndex, "["u8);
            Choice(ref reader);
            edits.Insert((int)reader.BytesConsumed, "]"u8);
        }
        else if (reader.TokenType != JsonTokenType.StartArray)
            edits.Replace(JsonEdits.Past(ref reader), "[]"u8);
        else
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                if (reader.TokenType == JsonTokenType.StartObject && kept < AnswerText.MaxChoices)
                    Choice(ref reader);
                else
                    edits.Remove(JsonEdits.Past(ref reader));
    }

    private void Choice(ref Utf8JsonReader reader)
    {
        var open = (int)reader.BytesConsumed;
        var outline = Outline.Of(reader);
        var choice = whole ? new MendedChoice(outline.Index ?? kept) : At(outline.Index ?? kept);
        kept++;
        // Of a message that comes whole in an event, or of a delta in a plain answer, clients read nothing.
        var takesMessage = whole
            ? outline.HasMessage || !outline.HasDelta
            : outline.HasMessage && !outline.HasDelta && !choice.HasDelta;
        Place? finish = null,
            own = null,
            said = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonEdits.NameOf(reader);
            var (isMessage, isDelta) = (reader.ValueTextEquals("message"u8), reader.ValueTextEquals("delta"u8));
            if (takesMessage ? isMessage : isDelta)
            {
                if (takesMessage != whole)
                    edits.Replace(name, whole ? "\"message\""u8 : "\"delta\""u8);
                said = name;
                reader.Read();
                messages.Mend(ref reader, choice);
            }
            else if (takesMessage != whole && (isMessage || isDelta))
                edits.Remove(name with { End = ValueOf(ref reader).End });
            else if (reader.ValueTextEquals("logprobs"u8))
                messages.Shaped(ref reader, Shape.Logprobs);
            else if (reader.ValueTextEquals("finish_reason"u8))
                finish = ValueOf(ref reader);
            else if (reader.ValueTextEquals("index"u8))
                Index(ref reader, outline, choice);
            else if (reader.ValueTextEquals("usage"u8) && !whole)
                Told(ref reader);
            else if (reader.ValueTextEquals(MessageMender.Own))
                own = name with { End = ValueOf(ref reader).End };
            else
                ValueOf(ref reader);
        }
        if (said is null && (whole || !choice.HasRole))
            edits.InsertMember(open, [.. whole ? "\"message\":"u8 : "\"delta\":"u8, .. messages.Nothing(choice)]);
        if (!outline.HasIndex)
            edits.InsertMember(open, [.. "\"index\":"u8, .. JsonEdits.Digits(choice.Index)]);
        Finish(choice, open, finish, own);
        var goesOn = finish is not { } at || edits[at].SequenceEqual("null"u8);
        mayVary = kept == 1 && goesOn && said is not null && messages.OnlyText is not null;
        if (mayVary)
            free.Add(messages.OnlyText!.Value);
    }

    private void Index(ref Utf8JsonReader reader, in Outline outline, MendedChoice choice)
    {
        var place = ValueOf(ref reader);
        if (outline.Index is null)
            edits.Replace(place, JsonEdits.Digits(choice.Index));
    }

    /// <summary>Why it ended in a word that clients know; what was said instead stays in a member of ours.</summary>
    private void Finish(MendedChoice choice, int open, Place? at, Place? own)
    {
        var said = at is { } given ? edits[given] : "null"u8;
        var word = FinishReasons.Of(said) ?? (whole ? FinishReasons.Stop : null);
        if (word is null)
        {
            if (!said.SequenceEqual("null"u8))
                edits.Replace(at!.Value, "null"u8);
            return;
        }
        if (!choice.Ended)
            Ended++;
        choice.Ended = true;
        word = FinishReasons.Beside(word, choice.CallCount > 0, choice.CallsFunction);
        var quoted = Encoding.UTF8.GetBytes($"\"{word}\"");
        if (said.SequenceEqual(quoted))
            return;
        if (at is { } place)
            edits.Replace(place, quoted);
        else
            edits.InsertMember(open, [.. "\"finish_reason\":"u8, .. quoted]);
        if (own is { } theirs)
            edits.Remove(theirs);
        edits.InsertMember(open, [.. "\"smartflow\":{\"finish_reason\":"u8, .. said, (byte)'}']);
    }

    /// <summary>A usage that is an object is told; of a chunk the one beside the choices counts.</summary>
    private void Told(ref Utf8JsonReader reader)
    {
        reader.Read();
        var (isObject, isNull) = (
            reader.TokenType == JsonTokenType.StartObject,
            reader.TokenType == JsonTokenType.Null
        );
        var place = JsonEdits.Past(ref reader);
        if (isNull)
            return;
        if (!isObject || usage is not null)
            edits.Replace(place, "null"u8);
        else
            usage = place;
    }

    private void TellUsage(Place place)
    {
        if (whole || kept == 0)
        {
            UsageMender.Mend(edits, place);
            return;
        }
        var chunk = new JsonEdits();
        chunk.Begin(
            (byte[])[.. "{\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":"u8, .. edits[place], (byte)'}']
        );
        UsageMender.Mend(chunk, new Place(chunk.Json.Length - 1 - (place.End - place.Start), chunk.Json.Length - 1));
        Usage = chunk.End();
        edits.Replace(place, "null"u8);
    }

    private MendedChoice At(int index)
    {
        foreach (var choice in choices)
            if (choice.Index == index)
                return choice;
        choices.Add(new MendedChoice(index));
        return choices[^1];
    }

    private byte[] NewId() => Encoding.UTF8.GetBytes($"call_{Guid.CreateVersion7(time.GetUtcNow()):N}");

    private static Place ValueOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return JsonEdits.Past(ref reader);
    }

    /// <summary>What a choice has, wherever it stands.</summary>
    private readonly record struct Outline(int? Index, bool HasIndex, bool HasMessage, bool HasDelta)
    {
        /// <summary>The choice on whose brace the reader stands; the reader is a copy.</summary>
        public static Outline Of(Utf8JsonReader reader)
        {
            var outline = default(Outline);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIndex = reader.ValueTextEquals("index"u8);
                var (isMessage, isDelta) = (reader.ValueTextEquals("message"u8), reader.ValueTextEquals("delta"u8));
                reader.Read();
                if (isIndex)
                {
                    var right =
                        reader.TokenType == JsonTokenType.Number
                        && reader.TryGetInt32(out var index)
                        && index is >= 0 and < AnswerText.MaxChoices;
                    outline = outline with { HasIndex = true, Index = right ? reader.GetInt32() : null };
                }
                // What is nothing leaves its place to the other.
                var isObject = reader.TokenType == JsonTokenType.StartObject;
                outline = outline with
                {
                    HasMessage = outline.HasMessage || (isMessage && isObject),
                    HasDelta = outline.HasDelta || (isDelta && isObject),
                };
                reader.Skip();
            }
            return outline;
        }
    }
}
