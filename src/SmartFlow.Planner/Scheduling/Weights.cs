namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// What a unit of each term costs, in thousandths of a point; docs/scheduling.md defines terms and units.
/// </summary>
internal sealed record Weights
{
    public const int Max = 100_000;

    /// <summary>A day away from the ideal day (steady), a day after the start (rapid).</summary>
    public int Spacing { get; init; } = 1_000;

    /// <summary>A squared section of a day's load, courses included.</summary>
    public int Load { get; init; } = 50;

    /// <summary>A squared section of one class on one day beyond what its intensity asks for.</summary>
    public int Intensity { get; init; } = 300;

    /// <summary>A day that a block comes closer to its deadline than two days.</summary>
    public int Slack { get; init; } = 1_000;

    /// <summary>An item at the time of day that suits its subject least.</summary>
    public int TimeOfDay { get; init; } = 500;

    /// <summary>Two heavy blocks without a break between them.</summary>
    public int Heavy { get; init; } = 800;

    /// <summary>A change from one class to another within a day.</summary>
    public int Switches { get; init; } = 400;

    /// <summary>An item that stood somewhere and is moved; a week away costs it twice.</summary>
    public int Moved { get; init; } = 100_000;

    /// <summary>An item that begins outside the hours that the user likes.</summary>
    public int Hours { get; init; } = 1_000;

    /// <summary>In the order of <see cref="CostTerm"/>.</summary>
    public int[] All => [Spacing, Load, Intensity, Slack, TimeOfDay, Heavy, Switches, Moved, Hours];
}

/// <summary>The terms of the cost, in the order in which they are shown.</summary>
internal enum CostTerm
{
    Spacing,
    Load,
    Intensity,
    Slack,
    TimeOfDay,
    Heavy,
    Switches,
    Moved,
    Hours,
}
