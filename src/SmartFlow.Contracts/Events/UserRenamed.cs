namespace SmartFlow.Contracts.Events;

/// <summary>The payload of user.renamed: a user is shown to others by another name from now on.</summary>
public sealed record UserRenamed
{
    public required ulong UserId { get; init; }

    public required string DisplayName { get; init; }
}
