using System.Globalization;
using NodaTime;
using SmartFlow.Planner.Courses.Import;

namespace SmartFlow.Planner.Exchange;

/// <summary>One time at which an event takes place.</summary>
/// <param name="Event">Whose name and place it has: the override's where there is one.</param>
/// <param name="Sure">False: its zone is not known (<see cref="CalendarMoment"/>), or the first of its series is not
/// what its rule says.</param>
internal readonly record struct CalendarTime(CalendarPart Event, Instant From, Duration Length, bool Sure);

/// <summary>Why an event, or a part of its repeats, is left out.</summary>
/// <param name="Code">A word of <see cref="FileError"/>.</param>
internal sealed record CalendarGap(CalendarPart Event, string Code, string Reason);

/// <summary>
/// The recurrence sets of a calendar (RFC 5545, 3.8.4.4 and 3.8.5): rules and RDATEs without EXDATEs, and in their
/// place what the overrides say, wherever these stand in the file. An event has its UID; each without one is its own.
/// </summary>
internal sealed class CalendarSeries(CalendarZones zones, LocalDate last)
{
    /// <summary>Older series are none of this term, and are not counted through.</summary>
    private static readonly LocalDate Earliest = new(1990, 1, 1);

    private const int TimesMax = 200_000;
    private readonly CalendarZones zones = zones;
    private int times;

    public List<CalendarGap> Gaps { get; } = [];

    /// <summary>All times up to the last date, by event; an event that has none comes with none.</summary>
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: more than any timetable has.</exception>
    public IEnumerable<(CalendarPart Event, List<CalendarTime> Times)> Read(CalendarPart calendar)
    {
        var events = calendar.Parts.Where(p => p.Name == "VEVENT");
        foreach (
            var series in events.GroupBy(e => e.Find("UID")?.Value.Trim() is { Length: > 0 } uid ? uid : $"\n{e.Line}")
        )
        {
            var masters = Newest(series.Where(e => e.Find("RECURRENCE-ID") is null)).ToArray();
            var overrides = series
                .Where(e => e.Find("RECURRENCE-ID") is not null)
                .Select(Override.Read(this))
                .OfType<Override>()
                .GroupBy(o => (o.Replaces, o.AndFuture))
                .Select(g => g.OrderBy(o => o.Sequence).ThenBy(o => o.Stamp, StringComparer.Ordinal).Last())
                .ToArray();
            HashSet<Override> met = [];
            foreach (var master in masters)
                yield return (master, Times(master, overrides, met));
            // An override of nothing that is here is an event as it stands: invitations to one lesson of a series come
            // alone.
            foreach (
                var alone in overrides.Where(o =>
                    !met.Contains(o) && !o.Cancelled && (!o.AndFuture || masters.Length == 0)
                )
            )
                yield return (alone.Event, Bounded(alone.Time) is { } time ? [time] : []);
        }
    }

    /// <summary>
    /// Of one UID without RECURRENCE-ID the highest SEQUENCE; programs that give all events one UID give them one
    /// SEQUENCE, too.
    /// </summary>
    private static IEnumerable<CalendarPart> Newest(IEnumerable<CalendarPart> masters) =>
        masters.GroupBy(Sequence).OrderByDescending(g => g.Key).FirstOrDefault() ?? Enumerable.Empty<CalendarPart>();

    private List<CalendarTime> Times(CalendarPart master, Override[] overrides, HashSet<Override> met)
    {
        if (Start(master, null) is not { } start)
            return [];
        if (Length(master, start) is not { } length)
        {
            Gaps.Add(new CalendarGap(master, "no_time", "has no hours within one day"));
            return [];
        }
        if (start.Local.Date < Earliest || Cancelled(master))
            return Cancelled(master) ? Met(overrides, met) : [];
        if (Occurrences(master, start, length) is not { } occurrences)
            return [];
        var ranges = overrides.Where(o => o.AndFuture).OrderBy(o => o.Replaces).ToArray();
        var single = overrides.Where(o => !o.AndFuture && !o.OfADay).ToLookup(o => o.Replaces);
        var ofADay = overrides.Where(o => !o.AndFuture && o.OfADay).ToLookup(o => o.Day);
        // A start that no rule makes has no meaning in the standard; it is passed over, and somebody should look.
        var sure =
            start.KnownZone
            && (
                master.Find("RRULE") is null
                || occurrences.Exists(o => o.Instant == start.Instant)
                || master.Find("EXDATE") is not null
            );
        List<CalendarTime> found = [];
        foreach (var (local, instant, own) in occurrences)
        {
            var range = Array.FindLast(ranges, o => o.Replaces <= instant);
            if (range is not null)
                met.Add(range);
            var time =
                (single[instant].FirstOrDefault() ?? ofADay[local.Date].FirstOrDefault()) is { } one ? Taken(one)
                : range is null ? new CalendarTime(master, instant, own, sure)
                : range.Cancelled ? (CalendarTime?)null
                : range.Shifted(local, start);
            if (time is { } kept && Bounded(kept) is { } bounded)
                found.Add(bounded);
        }
        return found;

        CalendarTime? Taken(Override one)
        {
            met.Add(one);
            return one.Cancelled ? null : one.Time;
        }
    }

    /// <summary>A series that is cancelled takes its overrides along, but for what was moved out of it.</summary>
    private static List<CalendarTime> Met(Override[] overrides, HashSet<Override> met)
    {
        met.UnionWith(overrides.Where(o => o.Cancelled));
        return [];
    }

    /// <summary>Null with a gap: a rule that is broken or that is more than a timetable needs.</summary>
    private List<(LocalDateTime Local, Instant Instant, Duration Length)>? Occurrences(
        CalendarPart master,
        CalendarMoment start,
        Duration length
    )
    {
        SortedDictionary<Instant, (LocalDateTime, Duration)> all = [];
        var rules = master.All("RRULE").ToArray();
        if (master.Find("EXRULE") is not null)
        {
            Gaps.Add(
                new CalendarGap(
                    master,
                    "unsupported_recurrence",
                    "is left out: EXRULE is no longer part of the standard"
                )
            );
            return null;
        }
        if (rules.Length == 0)
            all[start.Instant] = (start.Local, length);
        foreach (var rule in rules)
        {
            var (recurrence, problem) = Recurrence.Read(rule.Value.Trim(), start.Zone);
            if (recurrence is null)
            {
                Gaps.Add(new CalendarGap(master, "unsupported_recurrence", $"is left out: {problem}"));
                return null;
            }
            foreach (var date in recurrence.Dates(start, last))
                Add(date + start.Local.TimeOfDay, length);
        }
        foreach (var line in master.All("RDATE"))
        foreach (var value in line.Value.Split(','))
            if (Extra(value.Trim(), line, start, length) is { } extra)
                all[extra.Instant] = (extra.Instant.InZone(start.Zone).LocalDateTime, extra.Length);
        foreach (var line in master.All("EXDATE"))
        foreach (var value in line.Value.Split(','))
            if (CalendarTimes.Read(value, line, zones) is { } without)
                Remove(without);
        return [.. all.Select(o => (o.Value.Item1, o.Key, o.Value.Item2))];

        void Add(LocalDateTime local, Duration lasting)
        {
            if (++times > TimesMax)
                throw Unreadable.TooManyEvents(TimesMax);
            all.TryAdd(start.Zone.AtLeniently(local).ToInstant(), (local, lasting));
        }

        // A date alone stands for its day, as programs write it; a time for itself only.
        void Remove(CalendarMoment without)
        {
            if (without.HasTime)
                all.Remove(without.Instant);
            else
                foreach (
                    var key in all.Where(o => o.Value.Item1.Date == without.Local.Date).Select(o => o.Key).ToArray()
                )
                    all.Remove(key);
        }
    }

    /// <summary>
    /// A value of RDATE: a time, a date on which it takes place at its hour, or a period that has its own end.
    /// </summary>
    private (Instant Instant, Duration Length)? Extra(
        string value,
        CalendarLine line,
        CalendarMoment start,
        Duration length
    )
    {
        if (++times > TimesMax)
            throw Unreadable.TooManyEvents(TimesMax);
        var parts = value.Split('/', 2);
        if (CalendarTimes.Read(parts[0], line, zones) is not { } moment)
            return null;
        if (!moment.HasTime)
            moment = new CalendarMoment(moment.Local.Date + start.Local.TimeOfDay, start.Zone, true, start.KnownZone);
        if (parts.Length == 1)
            return (moment.Instant, length);
        var lasts = CalendarTimes.ReadDuration(parts[1]) ?? Within(moment, CalendarTimes.Read(parts[1], line, zones));
        return lasts is { } own ? (moment.Instant, own) : null;
    }

    private CalendarMoment? Start(CalendarPart part, CalendarMoment? otherwise)
    {
        var start = part.Find("DTSTART") is { } starts ? CalendarTimes.Read(starts, zones) : otherwise;
        if (start is null)
            Gaps.Add(new CalendarGap(part, "unreadable", "has no start that can be read"));
        return start;
    }

    private Duration? Length(CalendarPart part, CalendarMoment start)
    {
        if (!start.HasTime)
            return null;
        if (part.Find("DURATION") is { } duration)
            return CalendarTimes.ReadDuration(duration.Value);
        return part.Find("DTEND") is { } ends ? Within(start, CalendarTimes.Read(ends, zones)) : null;
    }

    private static Duration? Within(CalendarMoment start, CalendarMoment? end) =>
        end is { HasTime: true }
        && end.Instant - start.Instant is var length
        && length > Duration.Zero
        && length <= Duration.FromDays(1)
            ? length
            : null;

    private CalendarTime? Bounded(CalendarTime time)
    {
        if (++times > TimesMax)
            throw Unreadable.TooManyEvents(TimesMax);
        return
            time.From < Earliest.AtMidnight().InUtc().ToInstant()
            || time.From > last.AtMidnight().InUtc().ToInstant() + Duration.FromDays(2)
            ? null
            : time;
    }

    private static bool Cancelled(CalendarPart part) =>
        string.Equals(part.Find("STATUS")?.Value.Trim(), "CANCELLED", StringComparison.OrdinalIgnoreCase);

    private static int Sequence(CalendarPart part) =>
        int.TryParse(
            part.Find("SEQUENCE")?.Value.Trim(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var sequence
        )
            ? sequence
            : 0;

    /// <summary>An event that stands in the place of one occurrence, or of it and all behind it.</summary>
    private sealed class Override
    {
        private CalendarMoment original = null!;
        private CalendarMoment start = null!;

        public required CalendarPart Event { get; init; }

        public required Instant Replaces { get; init; }

        public required bool AndFuture { get; init; }

        /// <summary>It names a date alone, and means what takes place on it.</summary>
        public bool OfADay => !original.HasTime;

        public LocalDate Day => original.Local.Date;

        public required bool Cancelled { get; init; }

        public required CalendarTime Time { get; init; }

        public int Sequence { get; private init; }

        public string Stamp { get; private init; } = "";

        public static Func<CalendarPart, Override?> Read(CalendarSeries series) =>
            part =>
            {
                var id = part.Find("RECURRENCE-ID")!;
                if (CalendarTimes.Read(id, series.zones) is not { } original)
                {
                    series.Gaps.Add(new CalendarGap(part, "unreadable", "has no start that can be read"));
                    return null;
                }
                var range = id.Parameters.GetValueOrDefault("RANGE");
                if (
                    range is not null && !range.Equals("THISANDFUTURE", StringComparison.OrdinalIgnoreCase)
                    || part.Find("RRULE") is not null
                )
                {
                    series.Gaps.Add(
                        new CalendarGap(
                            part,
                            "unsupported_recurrence",
                            "is left out: it changes a part of a series in a way that is not read"
                        )
                    );
                    return null;
                }
                var cancelled = CalendarSeries.Cancelled(part);
                if (series.Start(part, original) is not { } start)
                    return null;
                var length = series.Length(part, start);
                if (length is null && !cancelled)
                {
                    series.Gaps.Add(new CalendarGap(part, "no_time", "has no hours within one day"));
                    return null;
                }
                return new Override
                {
                    Event = part,
                    Replaces = original.Instant,
                    AndFuture = range is not null,
                    Cancelled = cancelled,
                    Time = new CalendarTime(part, start.Instant, length ?? Duration.Zero, start.KnownZone),
                    Sequence = CalendarSeries.Sequence(part),
                    Stamp = part.Find("DTSTAMP")?.Value.Trim() ?? "",
                    original = original,
                    start = start,
                };
            };

        /// <summary>The occurrence at this local time, as much later as the overriding one is.</summary>
        public CalendarTime Shifted(LocalDateTime local, CalendarMoment master)
        {
            var by = Period.Between(
                original.Instant.InZone(master.Zone).LocalDateTime,
                start.Instant.InZone(master.Zone).LocalDateTime,
                PeriodUnits.Days | PeriodUnits.Seconds
            );
            return Time with { From = master.Zone.AtLeniently(local + by).ToInstant() };
        }
    }
}
