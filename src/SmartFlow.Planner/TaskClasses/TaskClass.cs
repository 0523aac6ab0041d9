namespace SmartFlow.Planner.TaskClasses;

/// <summary>A study plan: what to learn, in which order, in which weeks, and when not.</summary>
internal sealed class TaskClass
{
    public const int Hues = 8;

    public long Id { get; set; }

    public ulong UserId { get; set; }

    public required string Name { get; set; }

    public ClassMode Mode { get; set; }

    /// <summary>The first day on which an item may stand.</summary>
    public DateOnly StartDate { get; set; }

    /// <summary>The last such day.</summary>
    public DateOnly EndDate { get; set; }

    public ClassSubject Subject { get; set; }

    public Level Difficulty { get; set; }

    public Level Intensity { get; set; }

    public ClassStrategy Strategy { get; set; }

    public bool AllowFillerCourses { get; set; }

    /// <summary>Bit i-1: pair i, which is sections 2i-1 and 2i.</summary>
    public int ExcludedPairs { get; set; }

    /// <summary>Bit d-1: day d, Monday is 1.</summary>
    public int ExcludedDays { get; set; }

    /// <summary>0 to 7: one of the colours that blocks have.</summary>
    public int Hue { get; set; }

    /// <summary>Where it came from, as the module that made it says; null: its owner wrote it.</summary>
    public string? Source { get; set; }

    /// <summary>The idempotency key of the call that made it, if another module did.</summary>
    public string? CreationKey { get; set; }

    /// <summary>What that call asked for.</summary>
    public byte[]? CreationHash { get; set; }

    /// <summary>+1 with every edit of the class or its items; what is placed and done does not count.</summary>
    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>One step of a class; its items are done in the order of their positions.</summary>
internal sealed class TaskItem
{
    public long Id { get; set; }

    public long TaskClassId { get; set; }

    public ulong UserId { get; set; }

    /// <summary>From 0, without gaps after an edit.</summary>
    public int Position { get; set; }

    public required string Content { get; set; }

    public int Sections { get; set; }

    public DateTimeOffset? DeadlineAt { get; set; }

    public ItemStatus Status { get; set; }

    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>Whether the scheduler places the items, or their owner does.</summary>
internal enum ClassMode
{
    Auto,
    Manual,
}

internal enum ClassSubject
{
    Quantitative,
    Memory,
    Reading,
    Mixed,
}

internal enum Level
{
    Low,
    Medium,
    High,
}

/// <summary>Steady spreads the items over the dates, rapid is done as early as it can.</summary>
internal enum ClassStrategy
{
    Steady,
    Rapid,
}

/// <summary>Applied: the item has a place in the timetable.</summary>
internal enum ItemStatus
{
    Unscheduled,
    Applied,
}
