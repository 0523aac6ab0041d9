namespace SmartFlow.Contracts.Events;

/// <summary>A balance fell below what its owner wants to hear of; once until it has recovered.</summary>
public sealed record CreditBalanceLow
{
    public required ulong UserId { get; init; }

    public required long BalanceMicros { get; init; }

    public required long ThresholdMicros { get; init; }
}
