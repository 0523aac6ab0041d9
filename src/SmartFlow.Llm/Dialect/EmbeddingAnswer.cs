using System.Text.Json;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// The answer to an embeddings request: one body, kept as it came. Its usage is the prompt's: prompt_tokens, else
/// total_tokens, which some servers report alone; nothing is ever output.
/// </summary>
/// <param name="keepBytes">A longer body is not kept.</param>
internal sealed class EmbeddingAnswer(int keepBytes) : ICallAnswer
{
    private readonly AnswerUsage usage = new(promptOnly: true);
    private byte[]? body;

    public long TextBytes => 0;

    /// <summary>The usage that the provider reported.</summary>
    public TokenUsage? Usage => usage.Told.Whole ? usage.Told.Buckets : null;

    public ToldUsage Told => usage.Told;

    public bool IsCounted => true;

    public bool IsTold => true;

    public ReadOnlyMemory<byte> UsageJson => usage.Json;

    public ReadOnlyMemory<byte> Head => default;

    public bool Empty { get; private set; } = true;

    public bool Finished => !Empty;

    public bool TryAdd(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isData, isUsage) = (reader.ValueTextEquals("data"u8), reader.ValueTextEquals("usage"u8));
                reader.Read();
                if (isData)
                    Empty = reader.TokenType != JsonTokenType.StartArray;
                if (isUsage && reader.TokenType == JsonTokenType.StartObject)
                    usage.Take(AnswerParts.Slice(json, ref reader));
                else
                    reader.Skip();
            }
            if (json.Length <= keepBytes)
                body = json.ToArray();
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public void Tell(ReadOnlySpan<byte> usageObject) => usage.Take(usageObject);

    public StoredAnswer? ToStored() => body is null ? null : new StoredAnswer(body);
}
