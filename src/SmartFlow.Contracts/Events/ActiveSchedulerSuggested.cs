namespace SmartFlow.Contracts.Events;

/// <summary>
/// The payload of active_scheduler.suggested: there is something to decide about the coming hours, or a reminder that
/// was asked for.
/// </summary>
public sealed record ActiveSchedulerSuggested
{
    public required ulong UserId { get; init; }

    /// <summary>0: a reminder.</summary>
    public required long SuggestionId { get; init; }

    /// <summary>urgent, deadline, missed, courses; remind.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about, as its user called it.</summary>
    public required string Title { get; init; }
}
