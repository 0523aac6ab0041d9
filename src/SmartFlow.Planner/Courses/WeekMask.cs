using System.Numerics;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses;

/// <summary>Weeks 1 to 30 as bits: bit n-1 is week n.</summary>
internal static class WeekMask
{
    public static int Of(IEnumerable<int> weeks) => weeks.Aggregate(0, (mask, week) => mask | Bit(week));

    public static bool Has(int mask, int week) => week is >= 1 and <= Term.WeeksMax && (mask & Bit(week)) != 0;

    public static int[] Weeks(int mask) => [.. Enumerable.Range(1, Term.WeeksMax).Where(w => (mask & Bit(w)) != 0)];

    /// <summary>All weeks from 1 to this one.</summary>
    public static int Until(int week) => (int)((1u << week) - 1);

    /// <summary>0 for an empty mask.</summary>
    public static int Last(int mask) => 32 - BitOperations.LeadingZeroCount((uint)mask);

    private static int Bit(int week) => 1 << (week - 1);
}
