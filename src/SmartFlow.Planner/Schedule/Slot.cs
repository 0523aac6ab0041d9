namespace SmartFlow.Planner.Schedule;

/// <summary>
/// Sections of one day of a term: week and section from 1, day 1 (Monday) to 7, both sections inclusive. An event
/// between two sections has none: from the one after it to the one before.
/// </summary>
internal readonly record struct Slot(int Week, int Day, int SectionFrom, int SectionTo)
{
    public int Sections => SectionTo - SectionFrom + 1;

    public static Slot Of(int week, int day, int sectionFrom, int sections) =>
        new(week, day, sectionFrom, sectionFrom + sections - 1);

    public bool Overlaps(Slot other) =>
        Week == other.Week
        && Day == other.Day
        && Sections > 0
        && other.Sections > 0
        && SectionFrom <= other.SectionTo
        && other.SectionFrom <= SectionTo;

    public bool Contains(Slot inner) =>
        Week == inner.Week && Day == inner.Day && SectionFrom <= inner.SectionFrom && inner.SectionTo <= SectionTo;

    public bool StartsBefore(Slot other) =>
        (Week, Day, SectionFrom).CompareTo((other.Week, other.Day, other.SectionFrom)) < 0;

    /// <summary>The same length from another section on.</summary>
    public Slot At(int week, int day, int sectionFrom) => Of(week, day, sectionFrom, Sections);
}

/// <summary>
/// What a study block is for: an item of a task class, or a quick task. Each stands in a term at most once.
/// </summary>
internal readonly record struct Subject(long? ItemId, long? QuickTaskId)
{
    public static Subject Item(long id) => new(id, null);

    public static Subject Task(long id) => new(null, id);
}
