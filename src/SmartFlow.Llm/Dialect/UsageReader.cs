using System.Text.Json;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Reads the provider's own token counts out of a completion or a chunk and sorts them into buckets that are never
/// negative, never overlap, and sum to what was reported. Stateless: of several, the caller keeps the last.
/// </summary>
internal static class UsageReader
{
    /// <summary>Above this a count is noise, not tokens.</summary>
    private const long MaxTokens = 1_000_000_000_000;

    /// <summary>
    /// False where there is no usage, it is null, or its prompt and completion cannot be told. Explicit zeros are
    /// believed.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out TokenUsage usage)
    {
        usage = default;
        if (json.IndexOf("\"usage\""u8) < 0) return false;
        try
        {
            var found = Find(json);
            return !found.IsEmpty && TryReadUsage(found, out usage);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The raw JSON object of the usage; empty where there is none.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        ReadOnlySpan<byte> elsewhere = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("usage"u8);
            // Moonshot reports in the choice of the last chunk, Groq under a name of its own.
            var mayHold = !isUsage && (reader.ValueTextEquals("choices"u8) || reader.ValueTextEquals("x_groq"u8));
            reader.Read();
            if (isUsage && reader.TokenType == JsonTokenType.StartObject) return Slice(json, ref reader);
            if (mayHold && elsewhere.IsEmpty) elsewhere = FindWithin(Slice(json, ref reader));
            else reader.Skip();
        }
        return elsewhere;
    }

    /// <summary>Reads a usage object.</summary>
    public static bool TryReadUsage(ReadOnlySpan<byte> usageObject, out TokenUsage usage) => TryReadUsage(default, usageObject, out usage);

    /// <summary>Reads what was told in two parts: the later one wins where both say something.</summary>
    public static bool TryReadUsage(ReadOnlySpan<byte> earlier, ReadOnlySpan<byte> later, out TokenUsage usage)
    {
        var counts = new Counts();
        Add(ref counts, earlier);
        Add(ref counts, later);
        return counts.TryNormalise(out usage);
    }

    private static void Add(ref Counts counts, ReadOnlySpan<byte> usageObject)
    {
        var reader = new Utf8JsonReader(usageObject);
        if (usageObject.IsEmpty || !reader.Read()) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) counts.Read(ref reader);
    }

    /// <summary>Reads a usage object of a call without output: prompt_tokens, else total_tokens.</summary>
    public static bool TryReadPrompt(ReadOnlySpan<byte> usageObject, out long tokens)
    {
        var counts = new Counts();
        var reader = new Utf8JsonReader(usageObject);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) counts.Read(ref reader);
        tokens = counts.Prompt ?? 0;
        return counts.Prompt is not null;
    }

    private static ReadOnlySpan<byte> FindWithin(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\"usage\""u8) < 0) return default;
        var reader = new Utf8JsonReader(json);
        var depth = json[0] == '[' ? 2 : 1;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != depth) continue;
            var isUsage = reader.ValueTextEquals("usage"u8);
            reader.Read();
            if (isUsage && reader.TokenType == JsonTokenType.StartObject) return Slice(json, ref reader);
            reader.Skip();
        }
        return default;
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> json, scoped ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    /// <summary>The numbers as the dialects name them; null: missing or malformed.</summary>
    private ref struct Counts
    {
        private long? prompt;
        private long? completion;
        private long? total;
        private long? cached;
        private long? cacheMiss;
        private long? cacheWrite;
        private long? reasoning;

        public readonly long? Prompt => prompt ?? total;

        public void Read(ref Utf8JsonReader reader)
        {
            if (Is(ref reader, "prompt_tokens"u8, "input_tokens"u8)) prompt = Number(ref reader) ?? prompt;
            else if (Is(ref reader, "completion_tokens"u8, "output_tokens"u8)) completion = Number(ref reader) ?? completion;
            else if (reader.ValueTextEquals("total_tokens"u8)) total = Number(ref reader);
            else if (Is(ref reader, "cached_tokens"u8, "prompt_cache_hit_tokens"u8)) cached ??= Number(ref reader);
            else if (reader.ValueTextEquals("prompt_cache_miss_tokens"u8)) cacheMiss = Number(ref reader);
            else if (reader.ValueTextEquals("reasoning_tokens"u8)) reasoning ??= Number(ref reader);
            else if (Is(ref reader, "prompt_tokens_details"u8, "input_tokens_details"u8)) PromptDetails(ref reader);
            else if (Is(ref reader, "completion_tokens_details"u8, "output_tokens_details"u8)) CompletionDetails(ref reader);
            else SkipValue(ref reader);
        }

        public readonly bool TryNormalise(out TokenUsage usage)
        {
            usage = default;
            var input = prompt ?? (cached is { } hit && cacheMiss is { } miss ? hit + miss : null);
            var output = completion ?? (total is { } all && input is { } p && all >= p ? all - p : null);
            input ??= total is { } sum && output is { } c && sum >= c ? sum - c : null;
            if (input is not { } prompted || output is not { } completed) return false;

            var read = cached ?? 0;
            var written = cacheWrite ?? 0;
            var thought = reasoning ?? 0;
            // Some servers report the cache or the reasoning beside the prompt or the completion instead of within.
            var surplus = Math.Max(0, (total ?? 0) - prompted - completed);
            var cacheBeside = read + written > 0 && (surplus == read + written || surplus == read + written + thought);
            var thoughtBeside = surplus > 0 && (!cacheBeside || surplus > read + written);
            if (thoughtBeside) completed += thought = cacheBeside ? thought : surplus;
            if (cacheBeside) prompted += read + written;

            read = Math.Min(read, prompted);
            written = Math.Min(written, prompted - read);
            thought = Math.Min(thought, completed);
            usage = new TokenUsage(prompted - read - written, completed - thought, read, written, thought);
            return true;
        }

        private void PromptDetails(ref Utf8JsonReader reader)
        {
            if (!Opens(ref reader)) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("cached_tokens"u8)) cached = Number(ref reader) ?? cached;
                else if (Is(ref reader, "cache_write_tokens"u8, "cache_creation_tokens"u8)) cacheWrite = Number(ref reader);
                else SkipValue(ref reader);
            }
        }

        private void CompletionDetails(ref Utf8JsonReader reader)
        {
            if (!Opens(ref reader)) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("reasoning_tokens"u8)) reasoning = Number(ref reader) ?? reasoning;
                else SkipValue(ref reader);
            }
        }

        private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, ReadOnlySpan<byte> alias) =>
            reader.ValueTextEquals(name) || reader.ValueTextEquals(alias);

        private static bool Opens(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject) return true;
            reader.Skip();
            return false;
        }

        private static void SkipValue(ref Utf8JsonReader reader)
        {
            reader.Read();
            reader.Skip();
        }

        private static long? Number(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number)
                return reader.TryGetInt64(out var number) && number is >= 0 and <= MaxTokens ? number : null;
            reader.Skip();
            return null;
        }
    }
}
