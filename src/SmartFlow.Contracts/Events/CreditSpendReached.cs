namespace SmartFlow.Contracts.Events;

/// <summary>What a user spent in a day reached what they want to hear of; once a day.</summary>
public sealed record CreditSpendReached
{
    public required ulong UserId { get; init; }

    public required long SpentMicros { get; init; }

    public required long ThresholdMicros { get; init; }

    /// <summary>yyyy-MM-dd, UTC.</summary>
    public required string Day { get; init; }
}
