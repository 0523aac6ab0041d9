using System.Buffers;
using System.Text.Json;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Follows one answer as it arrives, each chunk or the one body parsed once: weighs its output, takes what is told of
/// its usage, notices its end or emptiness, and folds chunks into a completion. Texts are kept in their escaped form,
/// so nothing is decoded or encoded on the way.
/// </summary>
/// <param name="keepBytes">The most that is kept for <see cref="ToStored"/>; 0: only count.</param>
internal sealed class AnswerText(int keepBytes) : ICallAnswer
{
    public const int MaxChoices = 128;

    /// <summary>A stream whose chunks always differ is not looked at for ever.</summary>
    private const int Lessons = 64;
    private readonly List<AnswerChoice> choices = [];
    private readonly AnswerParts head = new();
    private readonly AnswerUsage usage = new();
    private readonly UsualChunk usual = new();
    private List<Place>? texts;
    private AnswerChoice? usualChoice;
    private int lessons;
    private byte[]? body;
    private int added;
    private long kept;
    private long countedBytes;
    private bool toldLast;

    /// <summary>
    /// The weight of all output so far: UTF-8 bytes of content, reasoning, refusals, tool names and arguments; of what
    /// is not a text its JSON.
    /// </summary>
    public long TextBytes { get; private set; }

    /// <summary>Of these, images and sounds, whose tokens are far fewer.</summary>
    public long MediaBytes { get; private set; }

    /// <summary>The usage that the provider reported, where it says all.</summary>
    public TokenUsage? Usage => usage.Told.Whole ? usage.Told.Buckets : null;

    public ToldUsage Told => usage.Told;

    public bool IsCounted => toldLast || countedBytes == TextBytes;

    public bool IsTold => toldLast || (Finished && countedBytes == TextBytes);

    public ReadOnlyMemory<byte> UsageJson => usage.Json;

    /// <summary>A choice has been seen.</summary>
    public bool HasChoices => choices.Count > 0;

    /// <summary>Every choice seen has its finish_reason.</summary>
    public bool Finished => choices.Count > 0 && choices.TrueForAll(c => c.Finished);

    /// <summary>The finish_reason of the first choice, or empty.</summary>
    public string FinishReason => choices.Count > 0 ? choices[0].FinishReasonText : "";

    /// <summary>No text, no reasoning, no tool call, nothing else of the model.</summary>
    public bool Empty => TextBytes == 0;

    /// <summary>More came than may be kept; counting went on.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>The members id, created, model … of the answer as JSON without braces.</summary>
    public ReadOnlyMemory<byte> Head => head.Write();

    /// <summary>A chunk that ends every choice which has not ended; who called a tool has not just stopped.</summary>
    public byte[] EndChunk(string reason)
    {
        var target = new ArrayBufferWriter<byte>(256);
        target.Write("{\"object\":\"chat.completion.chunk\""u8);
        if (!head.IsEmpty)
            target.Write(","u8);
        head.Write(target);
        target.Write(",\"choices\":["u8);
        var first = true;
        foreach (var choice in choices)
        {
            if (choice.Finished)
                continue;
            target.Write(first ? "{\"index\":"u8 : ",{\"index\":"u8);
            first = false;
            JsonText.WriteNumber(target, choice.Index);
            target.Write(",\"delta\":{},\"finish_reason\":"u8);
            JsonText.WriteString(target, choice.ReasonFor(reason));
            target.Write("}"u8);
        }
        target.Write("]}"u8);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>Ends what has not ended though the answer is whole, also for a repeat; null: everything has.</summary>
    public byte[]? EndOpen()
    {
        if (Finished || !HasChoices)
            return null;
        var end = EndChunk(FinishReasons.Stop);
        TryAdd(end);
        return end;
    }

    /// <summary>Takes a chunk or a whole completion. False: it is not readable JSON of that kind.</summary>
    public bool TryAdd(ReadOnlySpan<byte> json)
    {
        if (usualChoice is not null && usual.Is(json, out var said))
        {
            added++;
            Count(usualChoice.Say(json[said.Start..said.End], Keeps));
            return true;
        }
        if (!TryRead(json))
            return false;
        if (added > 1 && lessons < Lessons)
            Learn(json);
        return true;
    }

    /// <summary>Chunks that differ from this one in the text alone need not be read.</summary>
    private void Learn(ReadOnlySpan<byte> json)
    {
        lessons++;
        texts ??= [];
        var found = PlainDelta.TryFind(json, texts, out var said, out var index);
        usualChoice = found ? choices.Find(c => c.Index == (index ?? 0)) : null;
        if (usualChoice is not null)
            usual.Learn(json, texts, said);
    }

    private bool TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            ReadOnlySpan<byte> told = default,
                toldElsewhere = default;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                Member(json, ref reader, ref told, ref toldElsewhere);
            // Wherever it stands in the chunk, it speaks of all of it.
            Take(toldElsewhere);
            Take(told);
            if (++added == 1 && Keeps && choices.Count > 0 && choices.TrueForAll(c => c.Whole))
                body = json.ToArray();
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public void Tell(ReadOnlySpan<byte> usageObject)
    {
        usage.Take(usageObject);
        toldLast = true;
    }

    /// <summary>
    /// The answer as a completion (a plain one byte for byte as it came), or null where too much came or nothing.
    /// </summary>
    public StoredAnswer? ToStored()
    {
        if (Overflowed || keepBytes == 0 || choices.Count == 0)
            return null;
        if (body is not null && added == 1)
            return new StoredAnswer(body);
        var target = new ArrayBufferWriter<byte>((int)kept + 512);
        target.Write("{\"object\":\"chat.completion\""u8);
        var headBytes = head.Write();
        if (!headBytes.IsEmpty)
            target.Write(","u8);
        target.Write(headBytes.Span);
        target.Write(",\"choices\":["u8);
        for (var i = 0; i < choices.Count; i++)
        {
            if (i > 0)
                target.Write(","u8);
            choices[i].Write(target);
        }
        target.Write("]"u8);
        if (!usage.Json.IsEmpty)
        {
            target.Write(",\"usage\":"u8);
            target.Write(usage.Json.Span);
        }
        target.Write("}"u8);
        return new StoredAnswer(target.WrittenSpan.ToArray());
    }

    private void Member(
        ReadOnlySpan<byte> json,
        ref Utf8JsonReader reader,
        ref ReadOnlySpan<byte> told,
        ref ReadOnlySpan<byte> toldElsewhere
    )
    {
        if (reader.ValueTextEquals("choices"u8))
            Choices(json, ref reader, ref toldElsewhere);
        else if (reader.ValueTextEquals("usage"u8))
            FindUsage(json, ref reader, ref told);
        else if (
            reader.ValueTextEquals("error"u8)
            || reader.ValueTextEquals("object"u8)
            || reader.ValueTextEquals("obfuscation"u8)
        )
            Skip(ref reader);
        else if (reader.ValueTextEquals("x_groq"u8))
        {
            reader.Read();
            var found = UsageReader.FindWithin(AnswerParts.Slice(json, ref reader));
            if (!found.IsEmpty)
                toldElsewhere = found;
        }
        else if (Keeps)
            Keep(head.SetOnce(json, ref reader));
        else
            Skip(ref reader);
    }

    private bool Keeps => keepBytes > 0 && !Overflowed;

    private void Choices(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, ref ReadOnlySpan<byte> told)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (reader.TokenType != JsonTokenType.StartObject || ChoiceAt(IndexOf(reader, position)) is not { } choice)
            {
                reader.Skip();
                continue;
            }
            Count(choice.Add(json, ref reader, Keeps));
            MediaBytes += choice.TakeMedia();
            if (choice.OddUsage is { } odd)
                told = odd;
            choice.OddUsage = null;
        }
    }

    /// <summary>The choice's index wherever it stands in the object; the reader is a copy.</summary>
    private static int IndexOf(Utf8JsonReader reader, int position)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("index"u8);
            reader.Read();
            if (isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index))
                return index;
            reader.Skip();
        }
        return position;
    }

    /// <summary>Null: its index is beyond what is kept apart.</summary>
    private AnswerChoice? ChoiceAt(int index)
    {
        foreach (var choice in choices)
            if (choice.Index == index)
                return choice;
        if (index is < 0 or >= MaxChoices || choices.Count == MaxChoices)
            return null;
        var added = new AnswerChoice(index);
        choices.Insert(choices.FindIndex(c => c.Index > index) is >= 0 and var at ? at : choices.Count, added);
        return added;
    }

    private static void FindUsage(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, ref ReadOnlySpan<byte> told)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            told = AnswerParts.Slice(json, ref reader);
        else
            reader.Skip();
    }

    private void Take(ReadOnlySpan<byte> usageObject)
    {
        if (!usageObject.IsEmpty && usage.Take(usageObject))
            countedBytes = TextBytes;
    }

    private void Count((long Weight, long Kept) more)
    {
        TextBytes += more.Weight;
        Keep(more.Kept);
    }

    private void Keep(long bytes)
    {
        kept += bytes;
        if (kept <= keepBytes)
            return;
        Overflowed = keepBytes > 0;
        if (!Overflowed)
            return;
        foreach (var choice in choices)
            choice.Forget();
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
