namespace SmartFlow.Contracts.Events;

/// <summary>
/// The payload of user.deleted: an account was deleted, and what names its owner is to go everywhere.
/// </summary>
public sealed record UserDeleted
{
    public required ulong UserId { get; init; }
}
