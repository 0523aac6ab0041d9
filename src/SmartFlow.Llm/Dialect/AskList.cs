using System.Text;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Llm.Dialect.AskChecks;

namespace SmartFlow.Llm.Dialect;

/// <summary>What becomes of one top-level member that a caller asks of a provider.</summary>
/// <param name="Name">As it must be written.</param>
/// <param name="Field">Passed on, counted, dropped, or read by ourselves.</param>
/// <param name="Check">Refuses values that would change the provider's bill without a price rule; null: any value will
/// do.</param>
internal sealed record AskRule(string Name, Field Field, AskCheck? Check = null)
{
    /// <summary>Not on the list: it reaches the provider, and its bytes count as prompt.</summary>
    public static readonly AskRule Unknown = new("", Field.Other);

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);
}

/// <summary>
/// The one list of what may be asked, for all surfaces and all providers; docs/asking.md is the same for readers. Each
/// member is passed on (<see cref="Field.NotText"/>, or <see cref="Field.Other"/> where it may become prompt), dropped,
/// refused, or read by ourselves and priced. The surfaces of responses and messages translate into chat completions, so
/// that it holds for them, too. A member that is not named here is passed on, unless it is one of these in another
/// notation.
/// </summary>
internal sealed class AskList
{
    private const string Hosted = "is not offered: it runs at the provider and costs what no price rule knows";
    private const string Routing = "is not offered: which model answers, and at which price, is decided here";
    private const string Hidden = "is not offered here: send the whole prompt with the call";
    private const string Limit = "is not offered: write max_completion_tokens";
    private const string Tier = "other tiers have other prices";

    private static readonly AskRule[] Shared =
    [
        // Priced elsewhere than by tokens: refused.
        .. Each(
            Hosted,
            "web_search_options",
            "mcp_servers",
            "container",
            "search_parameters",
            "data_sources",
            "file_ids",
            "plugins"
        ),
        .. Each(Routing, "models", "route", "provider", "preset", "fallbacks", "fallback_models"),
        .. Each(Hidden, "cached_content", "prompt", "previous_response_id", "conversation"),
        .. Each(
            Limit,
            "max_new_tokens",
            "max_output_tokens",
            "max_gen_len",
            "max_length",
            "num_predict",
            "generation_config",
            "parameters"
        ),
        new("audio", Field.Dropped, Never("audio is not supported; ask for text")),
        .. Named(Field.Dropped, Off(Hosted), "web_search", "enable_search"),
        new("background", Field.Dropped, Off("is not offered: nothing runs here without its caller")),
        .. Named(
            Field.Dropped,
            One,
            "best_of",
            "num_return_sequences",
            "num_completions",
            "num_generations",
            "candidate_count"
        ),
        new("service_tier", Field.Dropped, Words(Tier, "auto", "default", "standard", "standard_only", "on_demand")),
        new("speed", Field.Dropped, Words(Tier, "standard")),
        new("inference_geo", Field.Dropped, Words("other places have other prices", "global")),
        // What the provider would do besides answering: dropped. metadata means something only where answers are
        // stored.
        .. Named(
            Field.Dropped,
            null,
            "store",
            "metadata",
            "client_metadata",
            "betas",
            "anthropic_beta",
            "anthropic_version",
            "context_management",
            "transforms"
        ),
        // Tunes an answer whose tokens are told.
        .. Named(
            Field.NotText,
            null,
            "temperature",
            "top_p",
            "top_k",
            "top_a",
            "min_p",
            "seed",
            "stop",
            "user",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "presence_penalty",
            "frequency_penalty",
            "repetition_penalty",
            "parallel_tool_calls",
            "reasoning_effort",
            "verbosity",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "cache_control",
            "enable_thinking",
            "thinking_budget",
            "include_reasoning",
            "reasoning_format",
            "ignore_eos",
            "min_tokens"
        ),
    ];

    public static readonly AskList Chat = new([
        new("model", Field.Model),
        new("messages", Field.Messages),
        new("stream", Field.Stream),
        new("stream_options", Field.StreamOptions, StreamOptions),
        new("n", Field.N),
        new("max_tokens", Field.MaxTokens),
        new("max_completion_tokens", Field.MaxCompletionTokens),
        new("tools", Field.Tools, Tools),
        new("smartflow", Field.SmartFlow),
        .. Named(Field.Dropped, null, "include", "truncation", "max_tool_calls"),
        new("modalities", Field.NotText, Modalities),
        new(
            "reasoning",
            Field.Other,
            Members(
                "is not a member of reasoning that is offered: it may cost what no price rule knows",
                ("effort", null),
                ("summary", null),
                ("generate_summary", null),
                ("max_tokens", null),
                ("exclude", null),
                ("enabled", null)
            )
        ),
        new(
            "extra_body",
            Field.Other,
            Members(
                "is not offered here: write it beside the others",
                ("google", Members(Hidden, ("thinking_config", null)))
            )
        ),
        new("google", Field.Other, Members(Hidden, ("thinking_config", null))),
        // Known for their notation; their bytes count as prompt, as do those of members that are not named.
        .. Named(
            Field.Other,
            null,
            "response_format",
            "tool_choice",
            "functions",
            "function_call",
            "prediction",
            "thinking",
            "system",
            "instructions",
            "input",
            "documents",
            "output_config",
            "output_format",
            "stop_sequences"
        ),
        .. Shared,
    ]);

    public static readonly AskList Embeddings = new([
        new("model", Field.Model),
        new("input", Field.Input),
        new("encoding_format", Field.EncodingFormat),
        new("dimensions", Field.NotText),
        .. Shared,
    ]);

    private readonly AskRule[][] byLength;
    private readonly KnownNames names;

    private AskList(AskRule[] rules)
    {
        Rules = rules;
        byLength =
        [
            .. Enumerable
                .Range(0, rules.Max(r => r.Utf8.Length) + 1)
                .Select(n => rules.Where(r => r.Utf8.Length == n).ToArray()),
        ];
        names = new KnownNames([.. rules.Select(r => r.Name)]);
    }

    public IReadOnlyList<AskRule> Rules { get; }

    /// <summary>The rule of the member on whose name the reader stands.</summary>
    /// <exception cref="RefusedException">invalid_argument: a known name in another notation.</exception>
    public AskRule Of(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            if (reader.ValueSpan.Length < byLength.Length)
                foreach (var rule in byLength[reader.ValueSpan.Length])
                    if (reader.ValueSpan.SequenceEqual(rule.Utf8))
                        return rule;
        }
        else
            foreach (var rule in Rules)
                if (reader.ValueTextEquals(rule.Utf8))
                    return rule;
        var name = reader.GetString()!;
        return names.OtherNotation(name) is { } known
            ? throw RefusedException.Field(name, $"must be written {known}")
            : AskRule.Unknown;
    }

    /// <summary>Checks a member that a surface translates, so that the list would see it no more.</summary>
    /// <exception cref="RefusedException">invalid_argument naming the field.</exception>
    public void Check(string name, System.Text.Json.Nodes.JsonNode value)
    {
        if (Rules.FirstOrDefault(r => r.Name == name)?.Check is not { } check)
            return;
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(value));
        reader.Read();
        check(name, ref reader);
    }

    private static IEnumerable<AskRule> Each(string why, params string[] names) =>
        Named(Field.Dropped, Never(why), names);

    private static IEnumerable<AskRule> Named(Field field, AskCheck? check, params string[] names) =>
        names.Select(n => new AskRule(n, field, check));
}
