namespace SmartFlow.Planner.Schedule;

/// <summary>Where an item or a quick task stands in a term.</summary>
internal sealed class Placement
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    /// <summary>Either this or <see cref="QuickTaskId"/>.</summary>
    public long? ItemId { get; set; }

    public long? QuickTaskId { get; set; }

    public int Week { get; set; }

    /// <summary>1 (Monday) to 7.</summary>
    public int Day { get; set; }

    public int SectionFrom { get; set; }

    /// <summary>Inclusive.</summary>
    public int SectionTo { get; set; }

    /// <summary>The filler course that it is embedded in.</summary>
    public long? ArrangementId { get; set; }

    public bool Locked { get; set; }

    /// <summary>The user said that it was not done. A block that has passed counts as done otherwise.</summary>
    public bool Missed { get; set; }

    public Origin Origin { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public Subject Subject => new(ItemId, QuickTaskId);

    public Slot At => new(Week, Day, SectionFrom, SectionTo);

    public StudyBlock ToBlock() => new(Subject, At, ArrangementId, Locked, Missed, Origin, Id);

    public void Take(StudyBlock block)
    {
        (Week, Day, SectionFrom, SectionTo) = (block.At.Week, block.At.Day, block.At.SectionFrom, block.At.SectionTo);
        (ArrangementId, Locked, Missed, Origin) = (block.ArrangementId, block.Locked, block.Missed, block.Origin);
    }
}
