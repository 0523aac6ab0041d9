namespace SmartFlow.Contracts.Planner;

/// <summary>An open task passed its urgency threshold and moved to a more urgent quadrant.</summary>
public sealed record TaskUrgencyPromoteRequested
{
    public required ulong UserId { get; init; }

    public required long TaskId { get; init; }

    public required int FromPriorityGroup { get; init; }

    public required int ToPriorityGroup { get; init; }

    public required DateTimeOffset UrgencyThresholdAt { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>A stable word, e.g. urgency_threshold_passed.</summary>
    public required string Reason { get; init; }
}
