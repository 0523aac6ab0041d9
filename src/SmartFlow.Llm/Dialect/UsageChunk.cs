using System.Buffers;
using System.Text;
using System.Text.Json;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>The last chunk of a stream, which carries the usage and, of ours, the call's key and cost.</summary>
internal static class UsageChunk
{
    /// <summary>
    /// The chunk holds usage and no choices. It is held back: a client that asked gets <see cref="Write"/> once the
    /// call is durable, a client that did not ask gets none.
    /// </summary>
    public static bool IsUsageOnly(ReadOnlySpan<byte> chunk)
    {
        if (chunk.IndexOf("\"usage\""u8) < 0)
            return false;
        try
        {
            return NoChoices(chunk) && !UsageReader.Find(chunk).IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <param name="head">id, created, model … as JSON without braces; see <see cref="AnswerText.Head"/>.</param>
    /// <param name="usageJson">The provider's own usage object; empty: rendered from <paramref name="usage"/>.</param>
    /// <param name="usage">The buckets that were charged.</param>
    /// <param name="eventId">The call's key.</param>
    /// <param name="creditMicros">What was charged.</param>
    public static byte[] Write(
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> usageJson,
        in TokenUsage usage,
        string eventId,
        long creditMicros
    )
    {
        var target = new ArrayBufferWriter<byte>(head.Length + usageJson.Length + 512);
        target.Write("{\"object\":\"chat.completion.chunk\""u8);
        if (!head.IsEmpty)
            target.Write(","u8);
        target.Write(head);
        target.Write(",\"choices\":[],\"usage\":"u8);
        if (usageJson.IsEmpty)
            WriteUsage(target, usage);
        else
            target.Write(usageJson);
        target.Write(",\"smartflow\":{\"event_id\":"u8);
        JsonText.WriteString(target, eventId);
        target.Write(",\"credit_micros\":"u8);
        JsonText.WriteNumber(target, creditMicros);
        target.Write("}}"u8);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Our buckets as OpenAI counts: the cache within the prompt, the reasoning within the completion.
    /// </summary>
    public static void WriteUsage(IBufferWriter<byte> target, in TokenUsage usage)
    {
        var prompt = usage.Input + usage.Cached + usage.CacheWrite;
        var completion = usage.Output + usage.Reasoning;
        ReadOnlySpan<(string Name, long Number)> members =
        [
            ("{\"prompt_tokens\":", prompt),
            (",\"completion_tokens\":", completion),
            (",\"total_tokens\":", prompt + completion),
            (",\"prompt_tokens_details\":{\"cached_tokens\":", usage.Cached),
            ("},\"completion_tokens_details\":{\"reasoning_tokens\":", usage.Reasoning),
        ];
        foreach (var (name, number) in members)
        {
            Encoding.UTF8.GetBytes(name.AsSpan(), target);
            JsonText.WriteNumber(target, number);
        }
        target.Write("}}"u8);
    }

    private static bool NoChoices(ReadOnlySpan<byte> chunk)
    {
        var reader = new Utf8JsonReader(chunk);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isChoices = reader.ValueTextEquals("choices"u8);
            reader.Read();
            if (isChoices)
                return reader.TokenType == JsonTokenType.Null
                    || (reader.Read() && reader.TokenType == JsonTokenType.EndArray);
            reader.Skip();
        }
        return true;
    }
}
