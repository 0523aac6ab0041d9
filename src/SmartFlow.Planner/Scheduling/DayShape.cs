namespace SmartFlow.Planner.Scheduling;

internal enum TimeOfDay
{
    Morning,
    Afternoon,
    Evening,
}

/// <summary>
/// How a day is divided. A part is a run of sections without a long break; an item never crosses from one part into the
/// next.
/// </summary>
internal sealed class DayShape
{
    public const int MaxSections = 24;

    /// <summary>
    /// A break of so many minutes ends a part: lunch and dinner do, the long interval of a morning does not.
    /// </summary>
    public const int LongBreakMinutes = 40;

    private const int Noon = 12 * 60,
        Dusk = 18 * 60;

    private readonly int[] parts;
    private readonly TimeOfDay[] times;

    private DayShape(int[] parts, TimeOfDay[] times) => (this.parts, this.times) = (parts, times);

    public int Sections => parts.Length;

    /// <param name="sections">Begin and end of each section in minutes from midnight, in order.</param>
    public static DayShape Of(IReadOnlyList<(int From, int To)> sections)
    {
        if (sections.Count is 0 or > MaxSections)
            throw new ArgumentException("A day has 1 to 24 sections.", nameof(sections));
        var parts = new int[sections.Count];
        for (var i = 1; i < parts.Length; i++)
            parts[i] = parts[i - 1] + (sections[i].From - sections[i - 1].To >= LongBreakMinutes ? 1 : 0);
        return new DayShape(parts, [.. sections.Select(s => Of(s.From))]);
    }

    public int Part(int section) => parts[section];

    public TimeOfDay Time(int section) => times[section];

    /// <summary>Whether a block may go on from this section into the next one.</summary>
    public bool Continues(int section) => section + 1 < parts.Length && parts[section] == parts[section + 1];

    private static TimeOfDay Of(int minute) =>
        minute < Noon ? TimeOfDay.Morning
        : minute < Dusk ? TimeOfDay.Afternoon
        : TimeOfDay.Evening;
}
