namespace SmartFlow.Planner.Courses;

internal enum CourseKind
{
    Course,

    /// <summary>
    /// Something of the user's own (<c>Events</c>): it takes place on its dates, whatever is off or swapped.
    /// </summary>
    Event,
}

/// <summary>A course of a term, or a personal event; when it takes place say its arrangements.</summary>
internal sealed class Course
{
    public long Id { get; set; }

    public CourseKind Kind { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    /// <summary>The import that made it; null: made by hand.</summary>
    public long? ImportId { get; set; }

    public required string Name { get; set; }

    public required string Teacher { get; set; }

    public required string Place { get; set; }

    /// <summary>A filler course: study may be placed inside.</summary>
    public bool Embeddable { get; set; }

    /// <summary>0-7; null: by the name.</summary>
    public int? Hue { get; set; }

    public string? Note { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public List<Arrangement> Arrangements { get; set; } = [];
}

/// <summary>A day, sections and weeks in which a course takes place.</summary>
internal sealed class Arrangement
{
    public long Id { get; set; }

    public long CourseId { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    /// <summary>1 (Monday) to 7.</summary>
    public int Day { get; set; }

    public int SectionFrom { get; set; }

    /// <summary>Inclusive.</summary>
    public int SectionTo { get; set; }

    /// <summary>Bit n-1 is week n.</summary>
    public int Weeks { get; set; }

    /// <summary>Null: the course's.</summary>
    public string? Teacher { get; set; }

    /// <summary>Null: the course's.</summary>
    public string? Place { get; set; }

    /// <summary>
    /// Of an event that has hours of its own: minutes after local midnight. Null: those of its sections.
    /// </summary>
    public int? StartsMinute { get; set; }

    /// <summary>Later than <see cref="StartsMinute"/>; null with it.</summary>
    public int? EndsMinute { get; set; }
}
