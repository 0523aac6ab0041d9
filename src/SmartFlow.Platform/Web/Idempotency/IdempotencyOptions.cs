using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>Section <c>Idempotency</c>.</summary>
public sealed class IdempotencyOptions
{
    /// <summary>How long an answer is kept for repeats of its Idempotency-Key.</summary>
    [Range(1, 8_760)]
    public int KeepHours { get; set; } = 24;

    /// <summary>A request that still runs after this is ended; its process is taken to have died.</summary>
    [Range(1, 3_600)]
    public int RunSeconds { get; set; } = 120;

    /// <summary>The largest answer that is kept; the repeat of a larger one is refused with result_expired.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxAnswerBytes { get; set; } = 256 * 1_024;

    /// <summary>How often expired answers are deleted.</summary>
    [Range(1, 1_440)]
    public int CleanUpMinutes { get; set; } = 10;

    /// <summary>Expired answers that one transaction deletes; a round goes on while they come full.</summary>
    [Range(1, 100_000)]
    public int CleanUpLimit { get; set; } = 1_000;
}
