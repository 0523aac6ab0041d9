using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>Hours as sections of a term. Pure.</summary>
internal static class SectionHours
{
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(10);

    /// <summary>The sections that the hours touch for at least ten minutes; how well they fit.</summary>
    public static ((int From, int To)? Sections, double Confidence) Of(Term term, TimeOnly from, TimeOnly to)
    {
        var touched = term
            .SectionTimes.Index()
            .Where(s => Touches(s.Item.Starts, s.Item.Ends, from, to))
            .Select(s => s.Index + 1)
            .ToArray();
        if (touched.Length == 0)
            return (null, 0.3);
        var off = Math.Max(
            Math.Abs((term.SectionTimes[touched[0] - 1].Starts.ToTimeSpan() - from.ToTimeSpan()).TotalMinutes),
            Math.Abs((term.SectionTimes[touched[^1] - 1].Ends.ToTimeSpan() - to.ToTimeSpan()).TotalMinutes)
        );
        return (
            (touched[0], touched[^1]),
            off switch
            {
                0 => 1,
                <= 10 => 0.9,
                <= 20 => 0.75,
                _ => 0.6,
            }
        );
    }

    private static bool Touches(TimeOnly starts, TimeOnly ends, TimeOnly from, TimeOnly to)
    {
        var common = (ends < to ? ends : to).ToTimeSpan() - (starts > from ? starts : from).ToTimeSpan();
        return common >= Enough || common > TimeSpan.Zero && common == ends.ToTimeSpan() - starts.ToTimeSpan();
    }
}
