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
    private byte[]? body;
    private byte[]? usageJson;

    public long TextBytes => 0;

    public TokenUsage? Usage { get; private set; }

    public ReadOnlyMemory<byte> UsageJson => usageJson;

    public ReadOnlyMemory<byte> Head => default;

    public bool Empty { get; private set; } = true;

    public bool Finished => !Empty;

    public bool TryAdd(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isData, isUsage) = (reader.ValueTextEquals("data"u8), reader.ValueTextEquals("usage"u8));
                reader.Read();
                if (isData) Empty = reader.TokenType != JsonTokenType.StartArray;
                if (isUsage && reader.TokenType == JsonTokenType.StartObject) TakeUsage(AnswerParts.Slice(json, ref reader));
                else reader.Skip();
            }
            if (json.Length <= keepBytes) body = json.ToArray();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public StoredAnswer? ToStored() => body is null ? null : new StoredAnswer(body);

    private void TakeUsage(ReadOnlySpan<byte> usage)
    {
        if (!UsageReader.TryReadPrompt(usage, out var tokens)) return;
        usageJson = usage.ToArray();
        Usage = new TokenUsage(tokens, 0);
    }
}
