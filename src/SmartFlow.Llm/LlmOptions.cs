using System.ComponentModel.DataAnnotations;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Limits;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Llm;

/// <summary>Section <c>Llm</c>.</summary>
internal sealed class LlmOptions
{
    /// <summary>An OpenAI-compatible server (SMARTFLOW_LLM_BASE_URL); empty: the offline model.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>Its key (SMARTFLOW_LLM_API_KEY).</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// Its models, comma-separated, the default first (SMARTFLOW_LLM_MODEL); empty: what the server lists.
    /// </summary>
    public string Model { get; set; } = "";

    /// <summary>The names in <see cref="Model"/>.</summary>
    public string[] ServerModels =>
        Model.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Further servers.</summary>
    public List<ProviderOptions> Providers { get; } = [];

    /// <summary>Names for candidates "provider/model", asked in order.</summary>
    public Dictionary<string, string[]> Aliases { get; } = [];

    /// <summary>
    /// Names for candidates of which one is asked first by chance, in proportion to the weights, the others after it in
    /// order.
    /// </summary>
    public Dictionary<string, List<WeightedModel>> WeightedAliases { get; } = [];

    /// <summary>
    /// Without a first byte of a stream for so long, the next candidate is asked beside the first. 0: never.
    /// </summary>
    [Range(0, 600_000)]
    public int HedgeAfterMilliseconds { get; set; }

    /// <summary>What users, scenes and API keys may use; nothing is limited by default.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Scenes that may skip the charge.</summary>
    public List<string> InternalScenes { get; } = [];

    /// <summary>Charge policies that differ from the default, by scene.</summary>
    public Dictionary<string, ChargePolicy> ChargePolicies { get; } = [];

    /// <summary>The behaviours scripted/* for tests and load runs; never in production.</summary>
    public bool Scripted { get; set; }

    /// <summary>Bytes of a prompt that admission takes for one token: 1 can never be too few tokens.</summary>
    [Range(1, 8)]
    public int BytesPerToken { get; set; } = 1;

    /// <summary>Bytes that an estimate takes for one token where the provider reports nothing.</summary>
    [Range(1, 8)]
    public int EstimateBytesPerToken { get; set; } = 3;

    /// <summary>
    /// A stream whose delivered bytes, divided by this, would cost more than its hold is stopped. Far more bytes than a
    /// token has on average in any language, so that an answer within its limit never is. 0: none is.
    /// </summary>
    [Range(0, 1_024)]
    public int StopBytesPerToken { get; set; } = 8;

    /// <summary>Output tokens of an answer where the caller sets no limit.</summary>
    [Range(1, 1_000_000)]
    public int DefaultOutputTokens { get; set; } = 4_096;

    /// <summary>Texts that one call may have embedded.</summary>
    [Range(1, 100_000)]
    public int EmbeddingItemsMax { get; set; } = 2_048;

    /// <summary>
    /// UTF-8 bytes of each text that is embedded; where tokens are given instead, each counts as four.
    /// </summary>
    [Range(4, 16 * 1024 * 1024)]
    public int EmbeddingItemBytesMax { get; set; } = 128 * 1024;

    /// <summary>The most tokens that one image can cost.</summary>
    [Range(1, 1_000_000)]
    public int ImageTokensMax { get; set; } = 4_000;

    /// <summary>Output tokens that are charged for a call whose outcome is not known.</summary>
    [Range(0, 1_000_000)]
    public int SuspenseOutputTokens { get; set; } = 256;

    /// <summary>Wait for a repeat before an unknown outcome is settled; below the holds' lifetime.</summary>
    [Range(0, 540)]
    public int SuspenseGraceSeconds { get; set; } = 300;

    /// <summary>How often calls of dead processes and unknown outcomes are looked for.</summary>
    [Range(1, 3_600)]
    public int RecoveryIntervalSeconds { get; set; } = 10;

    /// <summary>How long an abandoned answer is read on for its usage.</summary>
    [Range(0, 600)]
    public int DrainSeconds { get; set; } = 30;

    /// <summary>Abandoned answers that are read on at once; further ones are estimated.</summary>
    [Range(0, 100_000)]
    public int DrainLimit { get; set; } = 256;

    /// <summary>Ends of calls kept in memory to be tried again when the journal does not take them.</summary>
    [Range(0, 1_000_000)]
    public int UnwrittenLimit { get; set; } = 10_000;

    /// <summary>Attempts on one candidate.</summary>
    [Range(1, 10)]
    public int AttemptsPerCandidate { get; set; } = 2;

    /// <summary>The longest wait before another attempt; a longer Retry-After moves on to the next candidate.</summary>
    [Range(0, 120)]
    public int RetryWaitSecondsMax { get; set; } = 5;

    /// <summary>
    /// How long the repeat of a running call waits for its end; 0: it is refused with in_flight at once.
    /// </summary>
    [Range(0, 3_600)]
    public int RepeatWaitSeconds { get; set; } = 600;

    /// <summary>How long an answer is kept for repeats of its key.</summary>
    [Range(1, 720)]
    public int ResultHours { get; set; } = 24;

    /// <summary>The largest answer that is kept for repeats.</summary>
    [Range(0, 64 * 1024 * 1024)]
    public int ResultBytesMax { get; set; } = 1024 * 1024;

    /// <summary>
    /// The largest input of a response that is kept with it, as JSON, for previous_response_id; a longer one is not. 0:
    /// responses are not kept at all.
    /// </summary>
    [Range(0, 64 * 1024 * 1024)]
    public int ResponseInputBytesMax { get; set; } = 4 * 1024 * 1024;

    /// <summary>Writes of the journal in one transaction.</summary>
    [Range(1, 10_000)]
    public int JournalBatchLimit { get; set; } = 256;

    /// <summary>Writes that may wait for the journal; then new calls are refused.</summary>
    [Range(16, 1_000_000)]
    public int JournalQueueLimit { get; set; } = 16_384;

    public EmbeddingLimits EmbeddingLimits => new(EmbeddingItemsMax, EmbeddingItemBytesMax);
}

/// <summary>What a server speaks.</summary>
internal enum ProviderApi
{
    /// <summary>OpenAI's chat completions.</summary>
    OpenAi,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>OpenAI's responses.</summary>
    Responses,
}

/// <summary>A further server with its models.</summary>
internal sealed class ProviderOptions : OpenAiCompatibleOptions
{
    /// <summary>What the server speaks.</summary>
    public ProviderApi Api { get; set; }

    /// <summary>The models that it is asked for.</summary>
    public string[] Models { get; set; } = [];

    public override UpstreamDialect Dialect => base.Dialect with { Anthropic = Api == ProviderApi.Anthropic };
}

/// <summary>A candidate of a weighted alias.</summary>
internal sealed class WeightedModel
{
    /// <summary>"provider/model", or a model that only one provider has.</summary>
    [Required]
    public string Model { get; set; } = "";

    /// <summary>Its share of the first choices; 0: only after the others.</summary>
    [Range(0, 1_000_000)]
    public int Weight { get; set; } = 1;
}

/// <summary>What is charged for a call that did not end well.</summary>
internal sealed class ChargePolicy
{
    /// <summary>The provider failed before any output.</summary>
    public Charging Failed { get; set; } = Charging.Free;

    /// <summary>The provider was too slow before any output.</summary>
    public Charging TimedOut { get; set; } = Charging.Free;

    /// <summary>The caller left.</summary>
    public Charging Aborted { get; set; } = Charging.Charge;

    /// <summary>A success without any output.</summary>
    public Charging Empty { get; set; } = Charging.Charge;
}

internal enum Charging
{
    Charge,
    Free,
    InputOnly,
}
