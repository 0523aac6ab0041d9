using System.Globalization;
using NodaTime;

namespace SmartFlow.Planner.Exchange;

/// <summary>RRULE as far as timetables use it: weekly or daily, with INTERVAL, COUNT, UNTIL, BYDAY and WKST.</summary>
internal sealed class Recurrence
{
    private const int IntervalMax = 1_000;
    private static readonly string[] DayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    private readonly bool weekly;
    private readonly int interval;
    private readonly long? count;
    private readonly CalendarMoment? until;
    private readonly bool[] days;
    private readonly int weekStart;

    private Recurrence(bool weekly, int interval, long? count, CalendarMoment? until, bool[] days, int weekStart) =>
        (this.weekly, this.interval, this.count, this.until, this.days, this.weekStart) = (
            weekly,
            interval,
            count,
            until,
            days,
            weekStart
        );

    /// <summary>Null with the reason: a rule that is broken or that is more than this.</summary>
    public static (Recurrence? Rule, string? Problem) Read(string value, DateTimeZone zone)
    {
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (part.Split('=', 2) is [var name, var said] && !parts.TryAdd(name, said.ToUpperInvariant()))
                return (null, $"names {Short(name)} twice");
        if (
            parts.Keys.FirstOrDefault(k =>
                k.ToUpperInvariant() is not ("FREQ" or "INTERVAL" or "COUNT" or "UNTIL" or "BYDAY" or "WKST")
            ) is
            { } other
        )
            return (null, $"uses {Short(other)}, which a timetable does not need");
        var frequency = parts.GetValueOrDefault("FREQ");
        if (frequency is not ("WEEKLY" or "DAILY"))
            return (null, $"repeats {Short(frequency ?? "without FREQ")}; only weekly and daily are read");
        if (!Number(parts, "INTERVAL", IntervalMax, out var interval))
            return (null, $"INTERVAL must be between 1 and {IntervalMax}");
        if (!Number(parts, "COUNT", int.MaxValue, out var count))
            return (null, "COUNT must be a whole number from 1");
        CalendarMoment? until = null;
        if (parts.TryGetValue("UNTIL", out var end) && (until = CalendarTimes.Read(end, zone)) is null)
            return (null, "UNTIL cannot be read");
        var days = new bool[8];
        foreach (var name in parts.GetValueOrDefault("BYDAY", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Array.IndexOf(DayNames, name) is not (>= 0 and var index))
                return (null, $"BYDAY={Short(name)} cannot be read");
            days[index + 1] = true;
        }
        var weekStart = parts.TryGetValue("WKST", out var wkst) ? Array.IndexOf(DayNames, wkst) + 1 : 1;
        if (weekStart == 0)
            return (null, "WKST cannot be read");
        return (new Recurrence(frequency == "WEEKLY", (int)(interval ?? 1), count, until, days, weekStart), null);
    }

    /// <summary>The local dates on which it happens, up to a last date: an endless rule ends there.</summary>
    public IEnumerable<LocalDate> Dates(CalendarMoment start, LocalDate last)
    {
        var left = count ?? long.MaxValue;
        var wanted = (bool[])days.Clone();
        if (weekly && !wanted.Contains(true))
            wanted[(int)start.Local.DayOfWeek] = true;
        foreach (var date in Candidates(start.Local.Date, last, wanted))
        {
            // UNTIL of another zone than the event's is a moment; a bare date means the whole day.
            if (until is { HasTime: false } day && date > day.Local.Date)
                yield break;
            if (
                until is { HasTime: true } time
                && start.Zone.AtLeniently(date + start.Local.TimeOfDay).ToInstant() > time.Instant
            )
                yield break;
            if (left-- == 0)
                yield break;
            yield return date;
        }
    }

    private IEnumerable<LocalDate> Candidates(LocalDate first, LocalDate last, bool[] wanted)
    {
        if (!weekly)
        {
            for (var date = first; date <= last; date = date.PlusDays(interval))
                if (!days.Contains(true) || wanted[(int)date.DayOfWeek])
                    yield return date;
            yield break;
        }
        var week = first.PlusDays(-(((int)first.DayOfWeek - weekStart + 7) % 7));
        for (; week <= last; week = week.PlusDays(7 * interval))
        for (var i = 0; i < 7; i++)
        {
            var date = week.PlusDays(i);
            if (date >= first && date <= last && wanted[(int)date.DayOfWeek])
                yield return date;
        }
    }

    private static bool Number(Dictionary<string, string> parts, string name, int most, out long? value)
    {
        value = null;
        if (!parts.TryGetValue(name, out var text))
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return false;
        value = Math.Min(number, most);
        return name != "INTERVAL" || number <= most;
    }

    private static string Short(string text) => text.Length <= 20 ? text : text[..20];
}
