namespace SmartFlow.Planner.Schedule;

/// <summary>The words for why a block may not stand where it was wanted; programs compare them.</summary>
internal static class Rules
{
    /// <summary>Something else stands there.</summary>
    public const string Overlap = "overlap";

    /// <summary>The block would lie only partly inside a filler course, or in two of them.</summary>
    public const string CrossesFiller = "crosses_filler";

    /// <summary>The filler course has its study block already.</summary>
    public const string FillerTaken = "filler_taken";

    /// <summary>The term has no such week, day or section.</summary>
    public const string OutsideTerm = "outside_term";

    /// <summary>An item would stand before one that comes earlier in its class, or after a later one.</summary>
    public const string Order = "order";

    /// <summary>The block is locked.</summary>
    public const string Locked = "locked";
}

/// <summary>Why nothing was changed.</summary>
/// <param name="Rule">A word of <see cref="Rules"/>.</param>
/// <param name="Subject">Whose wish was refused.</param>
/// <param name="At">Where it should have gone; null where that is not the reason.</param>
/// <param name="Courses">The courses in the way.</param>
/// <param name="Blocks">The study blocks in the way, or the neighbours in order.</param>
internal sealed record Refusal(
    string Rule,
    Subject Subject,
    Slot? At,
    IReadOnlyList<CourseTime> Courses,
    IReadOnlyList<StudyBlock> Blocks
);
