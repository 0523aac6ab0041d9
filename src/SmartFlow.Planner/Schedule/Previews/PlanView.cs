using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>
/// A plan before it is applied: where everything would stand, what that is worth, and what it changes.
/// </summary>
/// <param name="BaseVersion">The term's version that it was made from; another one refuses the apply.</param>
/// <param name="Revision">Rises with every adjustment.</param>
/// <param name="Stopped">What ended the search: exact, settled, work, time.</param>
/// <param name="Unplaced">Items that got no place.</param>
/// <param name="Diff">What applying it changes; items that stay are left out.</param>
/// <param name="Warnings">Rules that an adjustment by hand does not keep.</param>
internal sealed record PlanView(
    string PreviewId,
    long BaseVersion,
    int Revision,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? AppliedAt,
    bool Replan,
    int Seed,
    Stopped Stopped,
    IReadOnlyList<PlacementView> Placements,
    IReadOnlyList<long> Unplaced,
    IReadOnlyList<ReasonView> Reasons,
    IReadOnlyList<RelaxationView> Relaxations,
    QualityView Quality,
    IReadOnlyList<DiffView> Diff,
    DiffSummary Summary,
    IReadOnlyList<Warning> Warnings
)
{
    /// <summary>What the user has said about hours, as far as the plan minds it.</summary>
    public IReadOnlyList<HoursMinded> Hours { get; init; } = [];

    /// <summary>The schedule was changed since: applying will be refused.</summary>
    public bool Stale { get; init; }
}

/// <param name="MemoryId">Where it is remembered.</param>
/// <param name="Title">As its owner reads it.</param>
/// <param name="Forbidden">True: nothing stands there; false: other hours cost more.</param>
internal sealed record HoursMinded(long MemoryId, string Title, bool Forbidden);

/// <param name="EmbeddedIn">The arrangement of the filler course that it would stand in.</param>
/// <param name="MovedFrom">Where it stands now, if elsewhere.</param>
internal sealed record PlacementView(
    long ItemId,
    long TaskClassId,
    string Title,
    int Week,
    int Day,
    int SectionFrom,
    int SectionTo,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    long? EmbeddedIn,
    Slot? MovedFrom
);

/// <param name="Rule">After which no place was left: dates, past, deadline, excluded, holiday, hours, filler, occupied,
/// order, full.</param>
/// <param name="Text">The same in English; a page words it by the rule.</param>
/// <param name="Because">What the rule goes back to, where it is the user's own word about hours.</param>
internal sealed record ReasonView(
    long ItemId,
    long TaskClassId,
    string Title,
    Rule Rule,
    int MissingSections,
    string Text,
    string? Because = null
);

/// <param name="SectionsGained">How much more could be placed.</param>
/// <param name="SectionFrom">The part of the day that the kind speaks of.</param>
/// <param name="Text">The same in English; a page words it by the kind.</param>
internal sealed record RelaxationView(
    RelaxationKind Kind,
    long TaskClassId,
    int SectionsGained,
    int? Day,
    int? Pair,
    int? SectionFrom,
    int? SectionTo,
    TimeOfDay? TimeOfDay,
    string Text
);

/// <param name="Before">The same terms for what stands in the schedule now; null: none of it does.</param>
internal sealed record QualityView(
    long CostMicros,
    int MissingSections,
    IReadOnlyList<TermScoreView> Terms,
    QualityView? Before
);

/// <param name="AmountMilli">Thousandths of the term's unit.</param>
/// <param name="Score">100: free; falls towards 0.</param>
internal sealed record TermScoreView(CostTerm Term, long AmountMilli, long CostMicros, int Score);

/// <param name="From">Null: it stands nowhere now.</param>
/// <param name="To">Null: it will stand nowhere.</param>
internal sealed record DiffView(long ItemId, long TaskClassId, string Title, DiffKind Change, Slot? From, Slot? To);

internal enum DiffKind
{
    Placed,
    Moved,
    Removed,
}

internal sealed record DiffSummary(int Placed, int Moved, int Kept, int Removed, int Unplaced);
