using System.Globalization;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

/// <summary>Hours of weekdays. To not after From: until To and from From on.</summary>
/// <param name="Kind">What they are for.</param>
/// <param name="Days">Bit n−1 is weekday n.</param>
/// <param name="From">Minutes after midnight, 0 to 1,439.</param>
/// <param name="To">1 to 1,440.</param>
internal sealed record DayHours(HoursKind Kind, int Days, int From, int To)
{
    public const int DayMinutes = 1_440;

    /// <summary>
    /// Whether both speak about the same thing, so that one takes the other's place: the same days, and both the end of
    /// a day, its beginning, or what is preferred.
    /// </summary>
    public bool SameMatter(DayHours other) =>
        Kind == other.Kind
        && Days == other.Days
        && (
            Kind == HoursKind.Preferred
            || this == other
            || (To == DayMinutes && other.To == DayMinutes && From > 0 && other.From > 0)
            || (From == 0 && other.From == 0 && To < DayMinutes && other.To < DayMinutes)
        );
}

/// <summary>Hours as they are sent.</summary>
/// <param name="Kind">forbidden or preferred.</param>
/// <param name="Days">Weekdays from 1 (Monday) to 7.</param>
/// <param name="From">HH:mm.</param>
/// <param name="To">HH:mm, up to 24:00; not after from: until then, and from the other on.</param>
internal sealed record MemoryHours(HoursKind Kind, IReadOnlyList<int> Days, string From, string To)
{
    public static MemoryHours Of(DayHours hours) =>
        new(
            hours.Kind,
            [.. Enumerable.Range(1, 7).Where(d => (hours.Days >> d - 1 & 1) != 0)],
            Time(hours.From),
            Time(hours.To)
        );

    /// <summary>Null where they are none; the reasons by field are added to <paramref name="errors"/>.</summary>
    public DayHours? Checked(FieldErrors errors)
    {
        var (from, to) = (Minutes(From), Minutes(To));
        var right =
            Days.Count is >= 1 and <= 7 && Days.All(d => d is >= 1 and <= 7) && Days.Distinct().Count() == Days.Count;
        errors
            .Require(right, "hours.days", "must be 1 to 7 different weekdays from 1 to 7")
            .Require(from is >= 0 and < DayHours.DayMinutes, "hours.from", "must be a time like 22:00")
            .Require(to is > 0 and <= DayHours.DayMinutes, "hours.to", "must be a time like 07:30, or 24:00")
            .Require(from != to || from is null, "hours.to", "must differ from hours.from");
        return right && from is >= 0 and < DayHours.DayMinutes && to is > 0 and <= DayHours.DayMinutes && from != to
            ? new DayHours(Kind, Days.Sum(d => 1 << d - 1), from.Value, to.Value)
            : null;
    }

    private static string Time(int minutes) =>
        string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    private static int? Minutes(string time)
    {
        if (
            time.Length != 5
            || time[2] != ':'
            || !int.TryParse(time.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(time.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
        )
            return null;
        return hours > 24 || minutes > 59 || (hours == 24 && minutes > 0) ? null : hours * 60 + minutes;
    }
}
