using System.ComponentModel.DataAnnotations;
using NodaTime;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Agent;

/// <summary>How a model calls tools.</summary>
public enum ToolProtocol
{
    Auto,
    Native,
    Json,
}

/// <summary>Section <c>Agent</c>.</summary>
public sealed class AgentOptions
{
    /// <summary>Characters of one message.</summary>
    [Range(1, 100_000)]
    public int MessageCharactersMax { get; set; } = 8_000;

    /// <summary>Turns of one user that may run at once.</summary>
    [Range(1, 1_000)]
    public int RunningTurnsPerUserMax { get; set; } = 4;

    /// <summary>Turns of all users that may run at once in this process.</summary>
    [Range(1, 100_000)]
    public int RunningTurnsMax { get; set; } = 2_000;

    /// <summary>Seconds that a turn may take from its first to its last event.</summary>
    [Range(5, 3_600)]
    public int TurnTimeoutSeconds { get; set; } = 180;

    /// <summary>Seconds that a stopped turn waits for the final usage of the call that it was in.</summary>
    [Range(0, 60)]
    public int StopDrainSeconds { get; set; } = 3;

    /// <summary>Hours in which a confirmation may be given.</summary>
    [Range(1, 24 * 30)]
    public int ConfirmationHours { get; set; } = 24;

    /// <summary>Earlier messages that a plain answer is given.</summary>
    [Range(0, 200)]
    public int HistoryMessages { get; set; } = 20;

    /// <summary>Characters of earlier messages that a plain answer is given.</summary>
    [Range(0, 400_000)]
    public int HistoryCharacters { get; set; } = 12_000;

    /// <summary>Milliseconds that a turn waits for what is known of its user; then it begins without.</summary>
    [Range(1, 10_000)]
    public int RecallMilliseconds { get; set; } = 300;

    /// <summary>Output limit of a plain answer.</summary>
    [Range(16, 128_000)]
    public int AnswerTokensMax { get; set; } = 2_048;

    /// <summary>Characters of an answer, or of its reasoning, that are kept; a longer one is cut.</summary>
    [Range(1_000, 1_000_000)]
    public int AnswerCharactersMax { get; set; } = 64_000;

    /// <summary>Output limit of the routing call.</summary>
    [Range(64, 4_096)]
    public int RouteTokensMax { get; set; } = 512;

    /// <summary>Model calls for one request that needs tools.</summary>
    [Range(1, 100)]
    public int RoundsMax { get; set; } = 30;

    /// <summary>Output limit of each of them.</summary>
    [Range(64, 32_000)]
    public int RoundTokensMax { get; set; } = 2_048;

    /// <summary>Tokens, read and written, after which a turn asks for nothing more.</summary>
    [Range(1_000, 10_000_000)]
    public int TurnTokensMax { get; set; } = 400_000;

    /// <summary>
    /// Credit after which a turn asks its user whether it goes on; users may raise it for a turn or a conversation.
    /// </summary>
    [Range(0.01, 1_000_000)]
    public decimal TurnBudgetCredits { get; set; } = 20;

    /// <summary>The most to which users may raise it.</summary>
    [Range(0.01, 1_000_000)]
    public decimal TurnBudgetCreditsMax { get; set; } = 200;

    /// <summary>Answers of the model that cannot be used and are corrected, one after the other.</summary>
    [Range(0, 10)]
    public int CorrectionsMax { get; set; } = 3;

    /// <summary>Tool calls that are carried out of one answer.</summary>
    [Range(1, 50)]
    public int CallsPerRoundMax { get; set; } = 8;

    /// <summary>Characters of a tool's answer that a model is given.</summary>
    [Range(1_000, 200_000)]
    public int ToolAnswerCharactersMax { get; set; } = 24_000;

    /// <summary>
    /// How tools are called: Native by the model's own tool calls, Json by a protocol in its text, Auto: native, and by
    /// the protocol where the model's server refuses tools.
    /// </summary>
    public ToolProtocol ToolProtocol { get; set; }

    /// <summary>Conversations that one user may have.</summary>
    [Range(1, 1_000_000)]
    public int ConversationsMax { get; set; } = 10_000;

    /// <summary>Items of one conversation; then a new one has to be begun.</summary>
    [Range(100, 10_000_000)]
    public int TimelineItemsMax { get; set; } = 20_000;

    /// <summary>Tasks shown for one question.</summary>
    [Range(1, 100)]
    public int TasksShownMax { get; set; } = 20;

    /// <summary>Items of one timeline page.</summary>
    [Range(10, 1_000)]
    public int TimelinePageMax { get; set; } = 200;

    /// <summary>The time zone of dates in answers.</summary>
    [Required]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    internal TimeSpan TurnTimeout => TimeSpan.FromSeconds(TurnTimeoutSeconds);

    internal DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    internal long BudgetMicros(long? wanted) =>
        Math.Min(wanted ?? Pricing.Micros(TurnBudgetCredits), Pricing.Micros(TurnBudgetCreditsMax));

    internal static bool KnowsTimeZone(AgentOptions options) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(options.TimeZone) is not null;
}
