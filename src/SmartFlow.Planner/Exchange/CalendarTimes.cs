using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace SmartFlow.Planner.Exchange;

/// <summary>A moment of an iCalendar file in the zone in which it repeats.</summary>
/// <param name="KnownZone">False: it named a zone that nobody knows, and the term's was taken.</param>
internal sealed record CalendarMoment(LocalDateTime Local, DateTimeZone Zone, bool HasTime, bool KnownZone)
{
    public Instant Instant => Zone.AtLeniently(Local).ToInstant();
}

/// <summary>Dates, durations and zones of RFC 5545.</summary>
internal static class CalendarTimes
{
    private static readonly LocalDateTimePattern Stamp = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>UTC, of the zone that it names, or floating: then in the term's zone. Null: not readable.</summary>
    public static CalendarMoment? Read(CalendarLine line, DateTimeZone termZone) =>
        Read(line.Value.Trim(), line.Parameters.GetValueOrDefault("TZID"), termZone);

    public static CalendarMoment? Read(string value, string? zoneId, DateTimeZone termZone)
    {
        if (value.EndsWith('Z'))
            return Stamp.Parse(value[..^1]) is { Success: true } utc ? new CalendarMoment(utc.Value, DateTimeZone.Utc, true, true) : null;
        var (zone, known) = Zone(zoneId, termZone);
        if (Stamp.Parse(value) is { Success: true } local) return new CalendarMoment(local.Value, zone, true, known);
        return Day.Parse(value) is { Success: true } date ? new CalendarMoment(date.Value.AtMidnight(), zone, false, known) : null;
    }

    /// <summary>PT1H40M and the like; null: not readable, or longer than a day.</summary>
    public static Duration? ReadDuration(string value)
    {
        try
        {
            var time = System.Xml.XmlConvert.ToTimeSpan(value.Trim());
            return time > TimeSpan.Zero && time <= TimeSpan.FromDays(1) ? Duration.FromTimeSpan(time) : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static (DateTimeZone Zone, bool Known) Zone(string? id, DateTimeZone termZone)
    {
        if (string.IsNullOrEmpty(id)) return (termZone, true);
        // Some programs put a path before the name: /citadel.org/20210210_1/Asia/Shanghai.
        foreach (var name in (string[])[id, string.Join('/', id.Split('/').TakeLast(2))])
        {
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } zone) return (zone, true);
            if (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(name, out var mapped))
                return (DateTimeZoneProviders.Tzdb[mapped], true);
        }
        return (termZone, false);
    }
}
