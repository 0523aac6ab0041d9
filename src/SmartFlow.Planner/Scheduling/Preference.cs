namespace SmartFlow.Planner.Scheduling;

/// <summary>What a class's fields say about good times and good amounts; the tables of docs/scheduling.md.</summary>
internal static class Preference
{
    /// <summary>How little a time of day suits a subject, from 0 to 1,000.</summary>
    public static int Milli(Subject subject, TimeOfDay time) =>
        (subject, time) switch
        {
            (Subject.Quantitative, TimeOfDay.Afternoon) => 400,
            (Subject.Quantitative, TimeOfDay.Evening) => 1_000,
            (Subject.Memory, TimeOfDay.Afternoon) => 1_000,
            (Subject.Memory, TimeOfDay.Evening) => 200,
            (Subject.Reading, TimeOfDay.Morning) => 400,
            (Subject.Reading, TimeOfDay.Evening) => 200,
            _ => 0,
        };

    /// <summary>How much of a class is comfortable on one day.</summary>
    public static int SectionsADay(Level intensity) =>
        intensity switch
        {
            Level.Low => 2,
            Level.Medium => 4,
            _ => 6,
        };
}
