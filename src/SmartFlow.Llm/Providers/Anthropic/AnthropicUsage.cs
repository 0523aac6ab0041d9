using System.Runtime.InteropServices;
using System.Text.Json;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers.Anthropic;

/// <summary>
/// Anthropic's counts, which stand beside each other: input_tokens holds neither what was read from the cache nor what
/// was written to it. In the common dialect the prompt holds both. Later events repeat or correct earlier counts; some
/// repeat zeros, which correct nothing.
/// </summary>
internal sealed class AnthropicUsage
{
    private UsageCounts counts;

    /// <summary>Something was told.</summary>
    public bool Any => counts != default;

    /// <summary>Takes what is told before the answer: of the output only that it has begun.</summary>
    public void Begin(JsonElement usage) => counts = counts.Then(CountsOf(usage).OfPromptOnly());

    public void Take(JsonElement usage) => counts = counts.Then(CountsOf(usage));

    /// <summary>What was told so far; what was not is left out.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var told = counts.TellBeside();
        json.WriteStartObject("usage");
        if (told.Input)
            json.WriteNumber("prompt_tokens", told.PromptTokens);
        if (told.Output)
            json.WriteNumber("completion_tokens", told.CompletionTokens);
        if (told.Whole)
            json.WriteNumber("total_tokens", told.PromptTokens + told.CompletionTokens);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", told.Buckets.Cached);
        json.WriteNumber("cache_write_tokens", told.Buckets.CacheWrite);
        json.WriteEndObject();
        if (told.Buckets.Reasoning > 0)
        {
            json.WriteStartObject("completion_tokens_details");
            json.WriteNumber("reasoning_tokens", told.Buckets.Reasoning);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static UsageCounts CountsOf(JsonElement usage) => UsageCounts.Of(JsonMarshal.GetRawUtf8Value(usage));
}
