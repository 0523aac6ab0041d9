namespace SmartFlow.Contracts.Agent;

/// <summary>
/// The payload of assistant.change.proposed: another assistant wants to change something, and its user is asked.
/// </summary>
public sealed record AssistantChangeProposed
{
    public required ulong UserId { get; init; }

    public required string ProposalId { get; init; }

    /// <summary>The name of its API key.</summary>
    public required string Assistant { get; init; }

    /// <summary>What would be done, in the user's language.</summary>
    public required string Title { get; init; }

    /// <summary>To what; at most 500 characters.</summary>
    public required string Summary { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
