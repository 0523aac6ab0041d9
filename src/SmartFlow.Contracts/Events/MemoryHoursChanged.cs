namespace SmartFlow.Contracts.Events;

/// <summary>
/// The payload of memory.hours.changed: all hours that a user's memory holds by now; what was there before is replaced.
/// </summary>
public sealed record MemoryHoursChanged
{
    public required ulong UserId { get; init; }

    /// <summary>Rises with every change of the user's memory: an older event changes nothing.</summary>
    public required long Revision { get; init; }

    public required IReadOnlyList<StudyHours> Hours { get; init; }
}

/// <summary>Hours in which a user does not study, or likes to.</summary>
public sealed record StudyHours
{
    /// <summary>The memory that says so.</summary>
    public required long MemoryId { get; init; }

    /// <summary>As its owner reads it.</summary>
    public required string Title { get; init; }

    /// <summary>True: never; false: preferred.</summary>
    public required bool Forbidden { get; init; }

    /// <summary>Bit n−1 is weekday n, Monday being 1.</summary>
    public required int Days { get; init; }

    /// <summary>Minutes after midnight, 0 to 1,439.</summary>
    public required int FromMinute { get; init; }

    /// <summary>
    /// 1 to 1,440; not after <see cref="FromMinute"/>: until that time of the day and from the other on.
    /// </summary>
    public required int ToMinute { get; init; }

    /// <summary>Null: it does not end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether minutes of a weekday (1-7) lie in these hours, be it in part.</summary>
    public bool Touch(int day, int fromMinute, int toMinute)
    {
        if ((Days & 1 << (day - 1)) == 0)
            return false;
        return FromMinute < ToMinute
            ? fromMinute < ToMinute && FromMinute < toMinute
            : fromMinute < ToMinute || FromMinute < toMinute;
    }
}
