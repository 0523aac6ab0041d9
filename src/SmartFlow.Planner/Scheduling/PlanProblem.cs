namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// What is to be planned, in whole numbers and without dates: day 0 is the term's first Monday, the sections of a day
/// count from 0, and a slot is day × sections a day + section. Nothing here is changed by the solver.
/// </summary>
internal sealed record PlanProblem
{
    public const int MaxClasses = 6,
        MaxItems = 200,
        MaxDays = 210,
        MaxItemSections = 4,
        MaxBudgetMs = 2_000;

    public required DayShape Shape { get; init; }

    /// <summary>Days of the term; day % 7 is 0 on Mondays.</summary>
    public required int Days { get; init; }

    /// <summary>
    /// What stands in each slot: one of <see cref="SlotKind"/>, or n &gt; 0 for the n-th occurrence of a filler course.
    /// </summary>
    public required int[] Slots { get; init; }

    /// <summary>Slots in which nobody is to study, whatever stands there; empty: there are none.</summary>
    public bool[] Forbidden { get; init; } = [];

    /// <summary>
    /// Of the sections of a week, from Monday's first, those that are liked less; empty: all are liked alike.
    /// </summary>
    public bool[] Unwanted { get; init; } = [];

    public required IReadOnlyList<PlanClass> Classes { get; init; }

    /// <summary>
    /// Study blocks that stay and belong to no item of <see cref="Classes"/>: of other classes, quick tasks.
    /// </summary>
    public IReadOnlyList<FixedBlock> Fixed { get; init; } = [];

    /// <summary>The first slot that may be used: no part of the past is.</summary>
    public int Now { get; init; }

    public Weights Weights { get; init; } = new();

    public int Seed { get; init; }

    /// <summary>200 while somebody waits, up to <see cref="MaxBudgetMs"/> to improve.</summary>
    public int BudgetMs { get; init; } = 200;

    /// <exception cref="ArgumentException">A number is outside its limits.</exception>
    public void Check()
    {
        Require(Days is > 0 and <= MaxDays, nameof(Days));
        Require(Slots.Length == Days * Shape.Sections, nameof(Slots));
        Require(Forbidden.Length == 0 || Forbidden.Length == Slots.Length, nameof(Forbidden));
        Require(Unwanted.Length == 0 || Unwanted.Length == 7 * Shape.Sections, nameof(Unwanted));
        Require(Classes.Count <= MaxClasses, nameof(Classes));
        Require(BudgetMs is > 0 and <= MaxBudgetMs, nameof(BudgetMs));
        Require(Weights.All.All(w => w is >= 0 and <= Weights.Max), nameof(Weights));
        Require(Fixed.All(f => Fits(f.Start, f.Sections)), nameof(Fixed));
        foreach (var c in Classes)
        {
            Require(
                c.Items.Count <= MaxItems && c.Items.All(i => i.Sections is > 0 and <= MaxItemSections),
                nameof(Classes)
            );
            Require(
                c.Items.All(i => i.At is not { } at ? !i.Locked : !i.Locked || Fits(at, i.Sections)),
                nameof(Classes)
            );
        }
    }

    private bool Fits(int start, int sections) => sections > 0 && start >= 0 && start + sections <= Slots.Length;

    private static void Require(bool holds, string name)
    {
        if (!holds)
            throw new ArgumentException("Outside its limits.", name);
    }
}

/// <summary>
/// What a slot holds that no item may use. A number above 0 is an occurrence of a filler course instead.
/// </summary>
internal static class SlotKind
{
    public const int Free = 0;

    /// <summary>A course: it counts as load of its day.</summary>
    public const int Course = -1;

    /// <summary>Closed for another reason, without load.</summary>
    public const int Closed = -2;

    /// <summary>A day off on which nobody studies unless the term says so.</summary>
    public const int Holiday = -3;
}

internal enum Strategy
{
    Steady,
    Rapid,
}

internal enum Subject
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

/// <summary>
/// One task class with its items in their order. Days are inclusive; bit n−1 of a mask is pair or weekday n.
/// </summary>
internal sealed record PlanClass(long Id, int FirstDay, int LastDay, IReadOnlyList<PlanItem> Items)
{
    public Strategy Strategy { get; init; }
    public Subject Subject { get; init; } = Subject.Mixed;
    public Level Difficulty { get; init; } = Level.Medium;
    public Level Intensity { get; init; } = Level.Medium;
    public bool AllowFiller { get; init; } = true;
    public int ExcludedPairs { get; init; }
    public int ExcludedDays { get; init; }
}

/// <summary>
/// One item. Deadline: the first slot that is too late to study in. At: where it stands now; with Locked it stays there
/// whatever the rules say, without it a plan that leaves it there costs no move. Done items are locked ones.
/// </summary>
internal readonly record struct PlanItem(
    long Id,
    int Sections,
    int? Deadline = null,
    int? At = null,
    bool Locked = false
);

/// <summary>A study block that is no subject of the plan. ClassId: its task class, 0 for none (a quick task).</summary>
internal readonly record struct FixedBlock(int Start, int Sections, long ClassId = 0, bool Heavy = false);
