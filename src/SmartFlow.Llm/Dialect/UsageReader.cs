using System.Text.Json;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>Finds the provider's own token counts in a completion or a chunk.</summary>
internal static class UsageReader
{
    /// <summary>
    /// False where there is no usage, it is null, or its prompt and completion cannot be told. Explicit zeros are taken
    /// as they are: whether to believe them depends on what was delivered.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out TokenUsage usage)
    {
        var told = UsageCounts.Of(TryFind(json)).Tell();
        usage = told.Whole ? told.Buckets : default;
        return told.Whole;
    }

    /// <summary>The raw JSON object of the usage; empty where there is none or the JSON is broken.</summary>
    public static ReadOnlySpan<byte> TryFind(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\"usage\""u8) < 0)
            return default;
        try
        {
            return Find(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>The raw JSON object of the usage; empty where there is none.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        ReadOnlySpan<byte> elsewhere = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("usage"u8);
            // Moonshot reports in the choice of the last chunk, Groq under a name of its own.
            var mayHold = !isUsage && (reader.ValueTextEquals("choices"u8) || reader.ValueTextEquals("x_groq"u8));
            reader.Read();
            if (isUsage && reader.TokenType == JsonTokenType.StartObject)
                return AnswerParts.Slice(json, ref reader);
            if (mayHold && elsewhere.IsEmpty)
                elsewhere = FindWithin(AnswerParts.Slice(json, ref reader));
            else
                reader.Skip();
        }
        return elsewhere;
    }

    /// <summary>The usage in an object, or in an object of a list; empty: none.</summary>
    public static ReadOnlySpan<byte> FindWithin(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\"usage\""u8) < 0)
            return default;
        var reader = new Utf8JsonReader(json);
        var depth = json[0] == '[' ? 2 : 1;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != depth)
                continue;
            var isUsage = reader.ValueTextEquals("usage"u8);
            reader.Read();
            if (isUsage && reader.TokenType == JsonTokenType.StartObject)
                return AnswerParts.Slice(json, ref reader);
            reader.Skip();
        }
        return default;
    }
}
