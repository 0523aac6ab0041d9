using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A finished answer, kept as one chat.completion, and given again as that or as chunks with the same text.
/// </summary>
/// <param name="Completion">The completion as UTF-8 JSON.</param>
internal sealed record StoredAnswer(ReadOnlyMemory<byte> Completion)
{
    /// <summary>The most text in one rendered chunk, escaped.</summary>
    public const int PieceBytes = 4 * 1024;

    /// <summary>The provider's usage object; empty: none.</summary>
    public ReadOnlyMemory<byte> UsageJson => UsageReader.Find(Completion.Span).ToArray();

    /// <summary>The members id, created, model … as JSON without braces.</summary>
    public ReadOnlyMemory<byte> Head
    {
        get
        {
            using var document = JsonDocument.Parse(Completion);
            return HeadOf(document.RootElement);
        }
    }

    /// <summary>The answer as chat.completion.chunk objects.</summary>
    /// <param name="includeUsage">With the provider's usage, if there was one, in a last chunk of its own.</param>
    public IEnumerable<ReadOnlyMemory<byte>> ToChunks(bool includeUsage = false)
    {
        using var document = JsonDocument.Parse(Completion);
        var head = HeadOf(document.RootElement);
        foreach (
            var choice in AnswerReading
                .Items(document.RootElement, "choices")
                .Where(c => c.ValueKind == JsonValueKind.Object)
        )
        foreach (var part in ChoiceParts(choice))
            yield return Chunk(head, part);
        if (includeUsage && UsageJson is { IsEmpty: false } usage)
            yield return UsageOnly(head, usage);
    }

    private static byte[] UsageOnly(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> usage)
    {
        var target = new ArrayBufferWriter<byte>(head.Length + usage.Length + 80);
        target.Write("{\"object\":\"chat.completion.chunk\""u8);
        if (!head.IsEmpty)
            target.Write(","u8);
        target.Write(head.Span);
        target.Write(",\"choices\":[],\"usage\":"u8);
        target.Write(usage.Span);
        target.Write("}"u8);
        return target.WrittenSpan.ToArray();
    }

    private static byte[] Chunk(ReadOnlyMemory<byte> head, ChunkPart part)
    {
        var target = new ArrayBufferWriter<byte>(head.Length + part.Delta.Length + 160);
        target.Write("{\"object\":\"chat.completion.chunk\""u8);
        if (!head.IsEmpty)
            target.Write(","u8);
        target.Write(head.Span);
        target.Write(",\"choices\":[{\"index\":"u8);
        JsonText.WriteNumber(target, part.Index);
        target.Write(",\"delta\":{"u8);
        target.Write(part.Delta.Span);
        target.Write("}"u8);
        target.Write(part.Rest.Span);
        target.Write("}]}"u8);
        return target.WrittenSpan.ToArray();
    }

    private static IEnumerable<ChunkPart> ChoiceParts(JsonElement choice)
    {
        var index = AnswerReading.Whole(choice, "index") ?? 0;
        var open = ",\"finish_reason\":null"u8.ToArray();
        if (AnswerReading.Member(choice, "message") is { ValueKind: JsonValueKind.Object } message)
            foreach (var delta in Deltas(message))
                yield return new ChunkPart(index, delta, open);
        var rest = new ArrayBufferWriter<byte>();
        foreach (var member in choice.EnumerateObject())
            if (member.Name is not ("index" or "message"))
                Append(rest, member, before: true);
        yield return new ChunkPart(index, default, rest.WrittenMemory);
    }

    /// <summary>First what is whole (role, lists), then each text in pieces, then the tool calls.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Deltas(JsonElement message)
    {
        var whole = new ArrayBufferWriter<byte>();
        foreach (var member in message.EnumerateObject())
            if (
                member.Value.ValueKind != JsonValueKind.Null
                && !IsText(member)
                && member.Name is not ("tool_calls" or MessageMender.Own)
            )
                Append(whole, member, before: whole.WrittenCount > 0);
        yield return whole.WrittenMemory;
        foreach (var member in message.EnumerateObject())
            if (IsText(member))
                foreach (var piece in Pieces(member))
                    yield return piece;
        if (AnswerReading.Calls(message).Any())
            yield return ToolCalls(message);
    }

    private static bool IsText(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.String && member.Name is not ("role" or "id");

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8Value(member.Value)[1..^1].ToArray();
        var at = 0;
        do
        {
            var length = JsonText.SafeCut(raw.AsSpan(at), PieceBytes);
            var piece = new ArrayBufferWriter<byte>(length + 32);
            JsonText.WriteString(piece, member.Name);
            piece.Write(":\""u8);
            piece.Write(raw.AsSpan(at, length));
            piece.Write("\""u8);
            yield return piece.WrittenMemory;
            at += length;
        } while (at < raw.Length);
    }

    private static ReadOnlyMemory<byte> ToolCalls(JsonElement message)
    {
        var target = new ArrayBufferWriter<byte>();
        target.Write("\"tool_calls\":["u8);
        var index = 0;
        foreach (var call in AnswerReading.Calls(message))
        {
            target.Write(index > 0 ? ",{\"index\":"u8 : "{\"index\":"u8);
            JsonText.WriteNumber(target, index++);
            foreach (var member in call.EnumerateObject())
                if (member.Name != "index")
                    Append(target, member, before: true);
            target.Write("}"u8);
        }
        target.Write("]"u8);
        return target.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> HeadOf(JsonElement completion)
    {
        var target = new ArrayBufferWriter<byte>();
        foreach (var member in completion.EnumerateObject())
            if (member.Name is not ("object" or "choices" or "usage" or "error"))
                Append(target, member, before: target.WrittenCount > 0);
        return target.WrittenMemory;
    }

    private static void Append(ArrayBufferWriter<byte> target, JsonProperty member, bool before)
    {
        if (before)
            target.Write(","u8);
        JsonText.WriteString(target, member.Name);
        target.Write(":"u8);
        target.Write(JsonMarshal.GetRawUtf8Value(member.Value));
    }

    private readonly record struct ChunkPart(long Index, ReadOnlyMemory<byte> Delta, ReadOnlyMemory<byte> Rest);
}
