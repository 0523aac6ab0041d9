using System.Text.Json;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// Anthropic's counts, which stand beside each other: input_tokens holds neither what was read from the cache nor what
/// was written to it. In the common dialect the prompt holds both. Later events repeat or correct earlier counts.
/// </summary>
internal sealed class AnthropicUsage
{
    private long input;
    private long output;
    private long cacheRead;
    private long cacheWrite;

    public void Take(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return;
        input = Count(usage, "input_tokens") ?? input;
        output = Count(usage, "output_tokens") ?? output;
        cacheRead = Count(usage, "cache_read_input_tokens") ?? cacheRead;
        cacheWrite = Count(usage, "cache_creation_input_tokens") ?? cacheWrite;
    }

    public void Write(Utf8JsonWriter json)
    {
        var prompt = input + cacheRead + cacheWrite;
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", prompt);
        json.WriteNumber("completion_tokens", output);
        json.WriteNumber("total_tokens", prompt + output);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", cacheRead);
        json.WriteNumber("cache_write_tokens", cacheWrite);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static long? Count(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var number)
        && number is >= 0 and <= 1_000_000_000_000
            ? number
            : null;
}
