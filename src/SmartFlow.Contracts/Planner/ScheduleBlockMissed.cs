namespace SmartFlow.Contracts.Planner;

/// <summary>The payload of schedule.block.missed: a user said that a study block was not done.</summary>
public sealed record ScheduleBlockMissed
{
    public required ulong UserId { get; init; }

    public required long PlacementId { get; init; }

    /// <summary>Of a study plan; null: the block is of a quick task.</summary>
    public long? ItemId { get; init; }

    public long? QuickTaskId { get; init; }

    /// <summary>When it was to begin.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>IANA name, of the term.</summary>
    public required string TimeZone { get; init; }
}
