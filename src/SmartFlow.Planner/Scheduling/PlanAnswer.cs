namespace SmartFlow.Planner.Scheduling;

/// <summary>The best plan found, what it leaves out and why, and what would help.</summary>
internal sealed record PlanAnswer
{
    /// <summary>Every item that is not locked and has a place, by class, then in order.</summary>
    public required IReadOnlyList<PlacedItem> Placements { get; init; }

    public required IReadOnlyList<UnplacedItem> Unplaced { get; init; }

    /// <summary>What would let more be placed, the largest gain first; empty where nothing is missing.</summary>
    public required IReadOnlyList<Relaxation> Relaxations { get; init; }

    /// <summary>One line a term, in the order of <see cref="CostTerm"/>.</summary>
    public required IReadOnlyList<TermScore> Quality { get; init; }

    /// <summary>
    /// The sum of the terms in millionths of a point; comparable between plans that place the same sections.
    /// </summary>
    public required long CostMicros { get; init; }

    public required int MissingSections { get; init; }

    /// <summary>
    /// What ended the search. Everything but Time and Cancelled is the same answer for the same problem and seed.
    /// </summary>
    public required Stopped Stopped { get; init; }

    public int Rounds { get; init; }
}

internal enum Stopped
{
    /// <summary>One class: no plan is cheaper.</summary>
    Exact,

    /// <summary>Several: no better plan was found for long.</summary>
    Settled,

    /// <summary>The work that the budget stands for is done.</summary>
    Work,

    /// <summary>The emergency bound: a slow or busy machine. The answer may differ another time.</summary>
    Time,

    Cancelled,
}

/// <summary>
/// Class and Item are positions in the problem. Occurrence: of the filler course it stands in, 0 for none.
/// </summary>
internal readonly record struct PlacedItem(
    int Class,
    int Item,
    long Id,
    int Start,
    int Sections,
    int Occurrence,
    int? MovedFrom
);

/// <summary>Rule: the first one after which no place was left.</summary>
internal readonly record struct UnplacedItem(int Class, int Item, long Id, int Sections, Rule Rule);

/// <summary>What can keep an item from every place, in the order in which places are crossed out.</summary>
internal enum Rule
{
    /// <summary>No part of a day within the class's dates is that long.</summary>
    Dates,

    Past,

    Deadline,

    /// <summary>Excluded days and pairs.</summary>
    Excluded,

    Holiday,

    /// <summary>Hours in which the user does not study.</summary>
    Hours,

    /// <summary>Filler courses stand there and the class does not allow them.</summary>
    Filler,

    /// <summary>Courses and blocks that stay.</summary>
    Occupied,

    /// <summary>
    /// Locked items of its own class: it would come before one that precedes it, or after one that follows.
    /// </summary>
    Order,

    /// <summary>The other items of this plan need the time.</summary>
    Full,
}

/// <summary>Day (1-7), Part (of the day, from 0) and Pair (1-6) where the kind speaks of them.</summary>
internal readonly record struct Relaxation(
    RelaxationKind Kind,
    int Class,
    int SectionsGained,
    int? Day = null,
    int? Part = null,
    int? Pair = null
);

internal enum RelaxationKind
{
    AllowDay,
    AllowPair,
    AllowFiller,
    ExtendWeek,
    DropDeadlines,
    StudyOnHolidays,
    IgnoreHours,
}

/// <summary>Amount in thousandths of the term's unit, over the whole plan; score from 100 (free) towards 0.</summary>
internal readonly record struct TermScore(CostTerm Term, long AmountMilli, long CostMicros, int Score);

/// <summary>Told while a search improves. Share: of the work that the budget stands for.</summary>
internal readonly record struct PlanProgress(int Rounds, double Share, int MissingSections, long CostMicros);
