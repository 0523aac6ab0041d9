using SmartFlow.Planner.Schedule;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>What a file said, kept until the user has chosen or an hour has passed.</summary>
internal sealed class CoursePreview
{
    /// <summary>A random UUID.</summary>
    public required string Id { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    /// <summary>
    /// Of the term that an import makes or moves, where the user had none, or an assumed one, and said which week it
    /// is; else null.
    /// </summary>
    public DateOnly? FirstMonday { get; set; }

    public required string Format { get; set; }

    public required string FileName { get; set; }

    /// <summary>JSON of the rows that were read.</summary>
    public required string Rows { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>Rows that became courses together and can be undone together.</summary>
internal sealed class CourseImport
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    public required string Format { get; set; }

    public required string FileName { get; set; }

    public int Courses { get; set; }

    public int Arrangements { get; set; }

    /// <summary>JSON of what it put out of its place, for undo.</summary>
    public required string Replaced { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? UndoneAt { get; set; }
}

/// <summary>What an import put out of its place.</summary>
internal sealed record Replaced(IReadOnlyList<LostWeeks> Courses, IReadOnlyList<LostBlock> Blocks);
