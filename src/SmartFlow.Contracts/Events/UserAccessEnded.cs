namespace SmartFlow.Contracts.Events;

/// <summary>
/// The payload of user.access.ended: a new password or an operator ended what lets a user in without signing in.
/// </summary>
public sealed record UserAccessEnded
{
    public required ulong UserId { get; init; }

    /// <summary>Microseconds since 1970, UTC: what was opened later stays.</summary>
    public required long AtMicros { get; init; }

    /// <summary>Secret addresses of calendars end.</summary>
    public required bool Feeds { get; init; }

    /// <summary>What runs for the user stops.</summary>
    public required bool Running { get; init; }
}
