using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>What a provider expects of a request beyond the common dialect.</summary>
/// <param name="LimitField">The field for the output limit where the caller named none.</param>
/// <param name="StreamOptions">It understands <c>stream_options</c>; false for servers that refuse it.</param>
/// <param name="Anthropic">It takes the member <c>smartflow</c> and cache_control apart itself.</param>
internal sealed record UpstreamDialect(
    LimitField LimitField = LimitField.MaxTokens,
    bool StreamOptions = true,
    bool Anthropic = false
)
{
    public static readonly UpstreamDialect Default = new();
}

internal enum LimitField
{
    /// <summary><c>max_tokens</c>, which nearly every server knows.</summary>
    MaxTokens,

    /// <summary><c>max_completion_tokens</c>, which OpenAI's reasoning models demand.</summary>
    MaxCompletionTokens,
}

/// <summary>Writes the provider's body by copying runs of the caller's bytes between the members that we set.</summary>
internal static class UpstreamBody
{
    private const int Headroom = 512;

    public static byte[] Write(
        ReadOnlySpan<byte> body,
        List<Member> members,
        string model,
        long outputLimit,
        bool stream,
        UpstreamDialect dialect,
        bool toolImages = false
    )
    {
        var target = new ArrayBufferWriter<byte>(body.Length + Headroom);
        target.Write("{\"model\":"u8);
        JsonText.WriteString(target, model);
        target.Write(LimitName(body, members, dialect));
        JsonText.WriteNumber(target, outputLimit);
        if (stream)
        {
            target.Write(",\"stream\":true"u8);
            if (dialect.StreamOptions)
                WriteStreamOptions(target, body, members);
        }
        var translated = members.Exists(m => m.Field == Field.SmartFlow);
        if (translated && dialect.Anthropic)
        {
            var member = members.Find(m => m.Field == Field.SmartFlow);
            target.Write(","u8);
            target.Write(body[member.Start..member.End]);
        }
        var written = Finish(target, body, members);
        return translated && !dialect.Anthropic ? PlainChat.Of(written, toolImages) : written;
    }

    /// <summary>With the model set and nothing else changed.</summary>
    public static byte[] Write(ReadOnlySpan<byte> body, List<Member> members, string model)
    {
        var target = new ArrayBufferWriter<byte>(body.Length + Headroom);
        target.Write("{\"model\":"u8);
        JsonText.WriteString(target, model);
        return Finish(target, body, members);
    }

    private static byte[] Finish(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> body, List<Member> members)
    {
        foreach (var run in Runs(members))
        {
            target.Write(","u8);
            target.Write(body[run]);
        }
        target.Write("}"u8);
        return target.WrittenSpan.ToArray();
    }

    private static ReadOnlySpan<byte> LimitName(ReadOnlySpan<byte> body, List<Member> members, UpstreamDialect dialect)
    {
        bool completion = false,
            plain = false;
        foreach (var member in members)
        {
            if (body[member.ValueStart] == 'n')
                continue;
            completion |= member.Field == Field.MaxCompletionTokens;
            plain |= member.Field == Field.MaxTokens;
        }
        return completion || (!plain && dialect.LimitField == LimitField.MaxCompletionTokens)
            ? ",\"max_completion_tokens\":"u8
            : ",\"max_tokens\":"u8;
    }

    private static void WriteStreamOptions(
        ArrayBufferWriter<byte> target,
        ReadOnlySpan<byte> body,
        List<Member> members
    )
    {
        target.Write(",\"stream_options\":{\"include_usage\":true"u8);
        foreach (var member in members)
            if (member.Field == Field.StreamOptions && body[member.ValueStart] == '{')
                CopyOtherOptions(target, body[member.ValueStart..member.End]);
        target.Write("}"u8);
    }

    private static void CopyOtherOptions(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> options)
    {
        var reader = new Utf8JsonReader(options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var skip = reader.ValueTextEquals("include_usage"u8);
            reader.Read();
            reader.Skip();
            if (skip)
                continue;
            target.Write(","u8);
            target.Write(options[start..(int)reader.BytesConsumed]);
        }
    }

    /// <summary>The longest stretches of neighbouring members that stay as they are.</summary>
    private static IEnumerable<Range> Runs(List<Member> members)
    {
        var start = -1;
        var end = 0;
        foreach (var member in members)
        {
            if (IsOurs(member.Field))
            {
                if (start >= 0)
                    yield return start..end;
                start = -1;
                continue;
            }
            if (start < 0)
                start = member.Start;
            end = member.End;
        }
        if (start >= 0)
            yield return start..end;
    }

    private static bool IsOurs(Field field) =>
        field
            is Field.Model
                or Field.Stream
                or Field.StreamOptions
                or Field.MaxTokens
                or Field.MaxCompletionTokens
                or Field.SmartFlow
                or Field.Dropped;
}
