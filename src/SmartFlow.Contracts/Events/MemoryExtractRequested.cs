namespace SmartFlow.Contracts.Events;

/// <summary>
/// The payload of memory.extract.requested: a turn has ended in which a user said something. It holds the user's own
/// words alone: what tools and models wrote is nobody's memory.
/// </summary>
public sealed record MemoryExtractRequested
{
    public required ulong UserId { get; init; }

    public required long ConversationId { get; init; }

    /// <summary>Unique for ever: each turn is looked at once.</summary>
    public required string TurnId { get; init; }

    /// <summary>What the user wrote in the turn.</summary>
    public required string Message { get; init; }

    /// <summary>When they wrote it.</summary>
    public required DateTimeOffset SaidAt { get; init; }
}
