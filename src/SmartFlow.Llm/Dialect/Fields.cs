using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>A top-level member of a request: the bytes from its name to the end of its value.</summary>
internal readonly record struct Member(int Start, int ValueStart, int End, Field Field);

/// <summary>The top-level members that mean something to us. Above NotText, a member may be given only once.</summary>
internal enum Field
{
    /// <summary>Unknown: it reaches the provider, so its bytes count as text.</summary>
    Other,

    /// <summary>Known not to become prompt.</summary>
    NotText,
    Model,
    Messages,
    Stream,
    StreamOptions,
    N,
    MaxTokens,
    MaxCompletionTokens,
    Modalities,
    Audio,

    /// <summary>Tool and schema JSON that becomes prompt.</summary>
    Tools,

    /// <summary>What is embedded.</summary>
    Input,

    /// <summary>For ourselves: of its members, those of a vendor reach this vendor alone.</summary>
    SmartFlow,
}

internal static class Fields
{
    private static readonly byte[][] NotText =
    [
        .. new[]
        {
            "temperature", "top_p", "top_k", "min_p", "seed", "stop", "user", "metadata", "logit_bias", "logprobs", "top_logprobs",
            "presence_penalty", "frequency_penalty", "repetition_penalty", "parallel_tool_calls", "store", "service_tier",
            "reasoning_effort", "verbosity", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "best_of",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    public static Field Of(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("model"u8)) return Field.Model;
        if (reader.ValueTextEquals("messages"u8)) return Field.Messages;
        if (reader.ValueTextEquals("stream"u8)) return Field.Stream;
        if (reader.ValueTextEquals("stream_options"u8)) return Field.StreamOptions;
        if (reader.ValueTextEquals("n"u8)) return Field.N;
        if (reader.ValueTextEquals("max_tokens"u8)) return Field.MaxTokens;
        if (reader.ValueTextEquals("max_completion_tokens"u8)) return Field.MaxCompletionTokens;
        if (reader.ValueTextEquals("tools"u8)) return Field.Tools;
        if (reader.ValueTextEquals("modalities"u8)) return Field.Modalities;
        if (reader.ValueTextEquals("audio"u8)) return Field.Audio;
        if (reader.ValueTextEquals("smartflow"u8)) return Field.SmartFlow;
        foreach (var name in NotText)
            if (reader.ValueTextEquals(name))
                return Field.NotText;
        return Field.Other;
    }

    public static string NameOf(Field field) => field switch
    {
        Field.StreamOptions => "stream_options",
        Field.MaxTokens => "max_tokens",
        Field.MaxCompletionTokens => "max_completion_tokens",
        _ => field.ToString().ToLowerInvariant(),
    };
}
