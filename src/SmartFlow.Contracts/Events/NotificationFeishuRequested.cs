namespace SmartFlow.Contracts.Events;

/// <summary>
/// The payload of notification.feishu.requested: a module asks that a user be told by Feishu. It stands in the centre
/// too, for users without such a channel there alone; one event is told once.
/// </summary>
public sealed record NotificationFeishuRequested
{
    public required ulong UserId { get; init; }

    /// <summary>In the user's language; at most 100 characters.</summary>
    public required string Title { get; init; }

    /// <summary>At most 2,000 characters, without markup.</summary>
    public required string Text { get; init; }

    /// <summary>Where it leads in the web application, e.g. /today; empty: nowhere.</summary>
    public string Path { get; init; } = "";
}
