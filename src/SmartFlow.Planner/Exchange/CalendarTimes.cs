using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace SmartFlow.Planner.Exchange;

/// <summary>A moment of an iCalendar file in the zone in which it repeats.</summary>
/// <param name="KnownZone">False: it named a zone that nobody knows, and the term's was taken.</param>
internal sealed record CalendarMoment(LocalDateTime Local, DateTimeZone Zone, bool HasTime, bool KnownZone)
{
    public Instant Instant => Zone.AtLeniently(Local).ToInstant();
}

/// <summary>Dates, durations and periods of RFC 5545.</summary>
internal static partial class CalendarTimes
{
    private static readonly LocalDateTimePattern Stamp = LocalDateTimePattern.CreateWithInvariantCulture(
        "uuuuMMdd'T'HHmmss"
    );
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>UTC, of the zone that it names, or floating: then in the calendar's zone. Null: not readable.</summary>
    public static CalendarMoment? Read(CalendarLine line, CalendarZones zones) => Read(line.Value, line, zones);

    /// <summary>One value of a line that may have several.</summary>
    public static CalendarMoment? Read(string value, CalendarLine line, CalendarZones zones)
    {
        var said = value.Trim();
        var (zone, known) = said.EndsWith('Z') ? zones.OfUtc() : zones.Find(line.Parameters.GetValueOrDefault("TZID"));
        return Read(said, zone, known);
    }

    public static CalendarMoment? Read(string value, DateTimeZone zone, bool known = true)
    {
        // An instant of the last years is none in every zone; who writes 9999 means for ever.
        if (value.Length < 8)
            return null;
        if (value.StartsWith("999", StringComparison.Ordinal))
            value = $"9990{value[4..]}";
        if (value.EndsWith('Z'))
            return Stamp.Parse(value[..^1]) is { Success: true } utc
                ? new CalendarMoment(utc.Value, DateTimeZone.Utc, true, true)
                : null;
        if (Stamp.Parse(value) is { Success: true } local)
            return new CalendarMoment(local.Value, zone, true, known);
        return Day.Parse(value) is { Success: true } date
            ? new CalendarMoment(date.Value.AtMidnight(), zone, false, known)
            : null;
    }

    /// <summary>PT1H40M, +PT100M, P0DT1H and the like; null: not readable, nothing, or longer than a day.</summary>
    public static Duration? ReadDuration(string value)
    {
        if (Length().Match(value.Trim()) is not { Success: true } match)
            return null;
        var seconds = Of("d") * 86_400 + Of("h") * 3_600 + Of("m") * 60 + Of("s");
        return seconds is > 0 and <= 86_400 ? Duration.FromSeconds(seconds) : null;

        long Of(string unit) =>
            match.Groups[unit].Success
                ? long.Parse(match.Groups[unit].Value, NumberStyles.None, CultureInfo.InvariantCulture)
                : 0;
    }

    [GeneratedRegex(
        "^\\+?P(?:(?<d>[0-9]{1,6})D)?(?:T(?:(?<h>[0-9]{1,6})H)?(?:(?<m>[0-9]{1,6})M)?(?:(?<s>[0-9]{1,6})S)?)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Length();
}
