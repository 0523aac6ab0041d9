using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;

namespace SmartFlow.Planner.Exchange;

/// <summary>
/// A zone as a VTIMEZONE (RFC 5545, 3.6.5) says it: the onsets of its STANDARD and DAYLIGHT parts, up to the end of the
/// century. Before the first onset the offset is the one that it changes from.
/// </summary>
internal sealed class FileZone : DateTimeZone
{
    private const int FirstYear = 1970;
    private const int LastYear = 2100;
    private const int OnsetsMax = 1_000;
    private readonly ZoneInterval[] intervals;

    private FileZone(string id, ZoneInterval[] intervals)
        : base(id, false, intervals.Min(i => i.WallOffset), intervals.Max(i => i.WallOffset)) =>
        this.intervals = intervals;

    /// <summary>Null: it has no part, or one that cannot be read.</summary>
    public static DateTimeZone? Read(string id, CalendarPart part)
    {
        List<(Instant At, Offset Before, Offset Offset)> onsets = [];
        foreach (var one in part.Parts)
        {
            if (Onsets(one) is not { } read || onsets.Count + read.Count > OnsetsMax)
                return null;
            onsets.AddRange(read);
        }
        if (onsets.Count == 0)
            return null;
        var sorted = onsets.OrderBy(o => o.At).ToArray();
        if (sorted.All(o => o.Offset == sorted[0].Before) && sorted[0].Offset == sorted[0].Before)
            return ForOffset(sorted[0].Offset);
        List<ZoneInterval> intervals = [Interval(null, sorted[0].At, sorted[0].Before)];
        foreach (var (index, onset) in sorted.Index())
        {
            var next = index + 1 < sorted.Length ? sorted[index + 1].At : (Instant?)null;
            if (next != onset.At)
                intervals.Add(Interval(onset.At, next, onset.Offset));
        }
        return new FileZone(id, [.. intervals]);
    }

    public override ZoneInterval GetZoneInterval(Instant instant)
    {
        var (low, high) = (0, intervals.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (intervals[middle].Start <= instant)
                low = middle;
            else
                high = middle - 1;
        }
        return intervals[low];
    }

    private static ZoneInterval Interval(Instant? from, Instant? to, Offset offset) =>
        new(offset.ToString(), from, to, offset, Offset.Zero);

    private static List<(Instant, Offset, Offset)>? Onsets(CalendarPart part)
    {
        if (
            OffsetOf(part.Find("TZOFFSETFROM")) is not { } before
            || OffsetOf(part.Find("TZOFFSETTO")) is not { } offset
        )
            return null;
        if (part.Find("DTSTART") is not { } line || CalendarTimes.Read(line.Value.Trim(), Utc) is not { } start)
            return null;
        List<LocalDateTime> locals = [start.Local];
        foreach (var more in part.All("RDATE").SelectMany(l => l.Value.Split(',')))
        {
            if (CalendarTimes.Read(more.Trim(), Utc) is not { } moment || locals.Count > OnsetsMax)
                return null;
            locals.Add(moment.Local);
        }
        foreach (var rule in part.All("RRULE"))
        {
            if (YearlyRule.Read(rule.Value) is not { } yearly)
                return null;
            locals.AddRange(yearly.Onsets(start.Local, before, FirstYear, LastYear));
        }
        return [.. locals.Distinct().Select(l => (l.WithOffset(before).ToInstant(), before, offset))];
    }

    private static Offset? OffsetOf(CalendarLine? line)
    {
        if (
            line?.Value.Trim() is not ['+' or '-', ..] text
            || text.Length is not (5 or 7)
            || !text.Skip(1).All(char.IsAsciiDigit)
        )
            return null;
        var (hours, minutes, seconds) = (Two(1), Two(3), text.Length == 7 ? Two(5) : 0);
        var total = hours * 3_600 + minutes * 60 + seconds;
        return hours <= 18 && minutes < 60 && seconds < 60 && total <= 18 * 3_600
            ? Offset.FromSeconds(text[0] == '-' ? -total : total)
            : null;

        int Two(int at) => int.Parse(text.AsSpan(at, 2), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

/// <summary>The rules that zones have: once a year, on a day of a month or on its nth or last weekday.</summary>
internal sealed record YearlyRule(int Month, int? MonthDay, int Nth, IsoDayOfWeek? Weekday, Instant? Until)
{
    private static readonly string[] DayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>Null: another rule.</summary>
    public static YearlyRule? Read(string value)
    {
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (part.Split('=', 2) is not [var name, var said] || !parts.TryAdd(name, said.ToUpperInvariant()))
                return null;
        if (
            parts.Keys.Any(k =>
                k.ToUpperInvariant()
                    is not ("FREQ" or "INTERVAL" or "BYMONTH" or "BYDAY" or "BYMONTHDAY" or "UNTIL" or "WKST")
            )
        )
            return null;
        if (parts.GetValueOrDefault("FREQ") != "YEARLY" || parts.GetValueOrDefault("INTERVAL", "1") != "1")
            return null;
        if (
            !int.TryParse(
                parts.GetValueOrDefault("BYMONTH"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var month
            ) || month is < 1 or > 12
        )
            return null;
        var until = parts.TryGetValue("UNTIL", out var end) ? CalendarTimes.Read(end, DateTimeZone.Utc)?.Instant : null;
        if (end is not null && until is null)
            return null;
        if (parts.TryGetValue("BYMONTHDAY", out var dayText))
            return
                int.TryParse(dayText, NumberStyles.None, CultureInfo.InvariantCulture, out var day)
                && day is >= 1 and <= 28
                && !parts.ContainsKey("BYDAY")
                ? new YearlyRule(month, day, 0, null, until)
                : null;
        var by = parts.GetValueOrDefault("BYDAY", "");
        if (by.Length < 3 || Array.IndexOf(DayNames, by[^2..]) is not (>= 0 and var weekday))
            return null;
        return
            int.TryParse(by[..^2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nth)
            && nth is >= -1 and <= 4 and not 0
            ? new YearlyRule(month, null, nth, (IsoDayOfWeek)(weekday + 1), until)
            : null;
    }

    /// <summary>Local times, in the offset before each.</summary>
    public IEnumerable<LocalDateTime> Onsets(LocalDateTime start, Offset before, int firstYear, int lastYear)
    {
        for (var year = Math.Max(start.Year, firstYear); year <= lastYear; year++)
        {
            var local = DateOf(year) + start.TimeOfDay;
            if (local < start)
                continue;
            if (Until is { } end && local.WithOffset(before).ToInstant() > end)
                yield break;
            yield return local;
        }
    }

    private LocalDate DateOf(int year)
    {
        if (MonthDay is { } day)
            return new LocalDate(year, Month, day);
        var first = new LocalDate(year, Month, 1);
        if (Nth > 0)
            return DateAdjusters.NextOrSame(Weekday!.Value)(first).PlusWeeks(Nth - 1);
        return DateAdjusters.PreviousOrSame(Weekday!.Value)(first.PlusMonths(1).PlusDays(-1));
    }
}
