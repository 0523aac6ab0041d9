namespace SmartFlow.Planner.Schedule;

/// <summary>Who put a block where it stands.</summary>
internal enum Origin
{
    User,
    Plan,
    Agent,
}

/// <summary>A study block as the rules see it.</summary>
/// <param name="Subject">What it is for.</param>
/// <param name="At">Where it stands.</param>
/// <param name="ArrangementId">The filler course that it is embedded in.</param>
/// <param name="Locked">No change moves or removes it, and a plan leaves it where it is.</param>
/// <param name="Missed">The user said that it was not done.</param>
/// <param name="Origin">Who put it there.</param>
/// <param name="PlacementId">0 until it is saved.</param>
internal sealed record StudyBlock(
    Subject Subject,
    Slot At,
    long? ArrangementId,
    bool Locked,
    bool Missed,
    Origin Origin,
    long PlacementId
);

/// <summary>A block before and after; null: it did not stand anywhere.</summary>
internal sealed record BlockChange(Subject Subject, StudyBlock? Before, StudyBlock? After);

/// <summary>What somebody wants of one block.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="To">Where to; null takes it away.</param>
internal sealed record Wish(Subject Subject, Slot? To)
{
    /// <summary>Absent: as it is; a new block is not locked.</summary>
    public bool? Locked { get; init; }

    /// <summary>Absent: as it is, and no where it moves.</summary>
    public bool? Missed { get; init; }

    /// <summary>Who asks.</summary>
    public Origin Origin { get; init; }
}
