namespace SmartFlow.Contracts.Planner;

/// <summary>
/// The payload of schedule.courses.moved: lessons of the coming hours begin, end or are gone otherwise than before, or
/// study blocks lost their place to lessons; by hand, by an import or its undo, or by another term.
/// </summary>
public sealed record ScheduleCoursesMoved
{
    public required ulong UserId { get; init; }

    public required long TermId { get; init; }

    /// <summary>The term's version with the change.</summary>
    public required long Version { get; init; }

    /// <summary>Sections of the coming hours that are no lesson any more.</summary>
    public required int FreedSections { get; init; }

    /// <summary>Items that lost their place, at most 50.</summary>
    public required IReadOnlyList<long> LostItemIds { get; init; }

    /// <summary>Quick tasks that lost theirs, at most 50.</summary>
    public required IReadOnlyList<long> LostTaskIds { get; init; }

    /// <summary>IANA name, of the term.</summary>
    public required string TimeZone { get; init; }
}
