namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>What can be done about a matter; words that pages and models read.</summary>
internal static class CandidateKinds
{
    /// <summary>Give it a place in the window.</summary>
    public const string Add = "add";

    /// <summary>Make up for what was not done.</summary>
    public const string MakeUp = "make_up";

    /// <summary>Later.</summary>
    public const string Postpone = "postpone";

    /// <summary>Two share one block, half and half; the last resort.</summary>
    public const string Merge = "merge";

    /// <summary>Nothing fits by the rules: the user says what may give way.</summary>
    public const string Ask = "ask";

    /// <summary>Only be reminded.</summary>
    public const string Remind = "remind";

    /// <summary>Leave it.</summary>
    public const string Close = "close";
}

/// <summary>One way to deal with a matter.</summary>
/// <param name="Id">Unique in its suggestion.</param>
/// <param name="Kind">A word of <see cref="CandidateKinds"/>.</param>
/// <param name="Reason">A word for why it would work.</param>
/// <param name="Risk">A word for what could go wrong; none: nothing.</param>
/// <param name="Changes">What stands where before and after; none: the week stays as it is.</param>
/// <param name="Breaks">What does not keep a rule or has to give way.</param>
internal sealed record Candidate(
    string Id,
    string Kind,
    string Reason,
    string Risk,
    IReadOnlyList<CandidateChange> Changes,
    IReadOnlyList<CandidateBreak> Breaks
)
{
    /// <summary>
    /// What the planner is asked for when it is confirmed; empty with a preview, or where nothing changes.
    /// </summary>
    public IReadOnlyList<Move> Moves { get; init; } = [];

    /// <summary>The planner's preview that is applied; empty: none.</summary>
    public string PreviewId { get; init; } = "";

    /// <summary>Of a reminder.</summary>
    public DateTimeOffset? RemindAt { get; init; }
}

/// <param name="Title">What it is.</param>
/// <param name="Before">Null: nowhere.</param>
/// <param name="After">Null: nowhere.</param>
internal sealed record CandidateChange(string Title, CandidateSlot? Before, CandidateSlot? After);

/// <summary>Sections of a day, both inclusive.</summary>
internal sealed record CandidateSlot(string Date, int Week, int Day, int SectionFrom, int SectionTo);

/// <param name="Rule">A word: moves_other, shortens, order, or a rule of a study plan.</param>
/// <param name="Title">Whose.</param>
internal sealed record CandidateBreak(string Rule, string Title);

/// <summary>One wish to the planner.</summary>
internal sealed record Move
{
    public ulong PlacementId { get; init; }

    public ulong ItemId { get; init; }

    public ulong TaskId { get; init; }

    public string Date { get; init; } = "";

    public int SectionFrom { get; init; }

    /// <summary>0: as long as it is.</summary>
    public int Sections { get; init; }
}
