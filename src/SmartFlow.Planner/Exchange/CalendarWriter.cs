using System.Globalization;
using System.Text;
using NodaTime;

namespace SmartFlow.Planner.Exchange;

/// <summary>An event of a calendar that others read.</summary>
/// <param name="Uid">Stable: the same thing has the same one in every export.</param>
/// <param name="Teacher">Null: none.</param>
internal sealed record CalendarEvent(
    string Uid,
    string Title,
    DateTimeOffset From,
    DateTimeOffset To,
    string Place,
    string Description,
    string? Teacher
);

/// <summary>
/// iCalendar (RFC 5545): CRLF, lines folded at 75 octets, local times with the VTIMEZONE that explains them.
/// </summary>
internal sealed class CalendarWriter(string timeZone)
{
    private const int LineOctetsMax = 75;
    private const string LocalStamp = "yyyyMMdd'T'HHmmss";
    private readonly StringBuilder text = new();
    private readonly DateTimeZone zone = DateTimeZoneProviders.Tzdb[timeZone];

    /// <param name="name">Of the calendar.</param>
    /// <param name="changedAt">When what it shows last changed: the same content has the same bytes.</param>
    /// <param name="alarmMinutes">Before each event; null: no alarm.</param>
    /// <param name="events">In any order.</param>
    public string Write(
        string name,
        DateTimeOffset changedAt,
        int? alarmMinutes,
        IReadOnlyCollection<CalendarEvent> events
    )
    {
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//SmartFlow//Planner//EN");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Line("X-WR-CALNAME:" + Escaped(name));
        Line("X-WR-TIMEZONE:" + timeZone);
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        if (events.Count > 0)
            Zone(events.Min(e => e.From), events.Max(e => e.To));
        foreach (var one in events)
            Event(one, changedAt, alarmMinutes);
        Line("END:VCALENDAR");
        return text.ToString();
    }

    private void Event(CalendarEvent one, DateTimeOffset changedAt, int? alarmMinutes)
    {
        Line("BEGIN:VEVENT");
        Line("UID:" + one.Uid);
        Line("DTSTAMP:" + changedAt.UtcDateTime.ToString(LocalStamp, CultureInfo.InvariantCulture) + "Z");
        Line($"DTSTART;TZID={timeZone}:{Local(one.From)}");
        Line($"DTEND;TZID={timeZone}:{Local(one.To)}");
        Line("SUMMARY:" + Escaped(one.Title));
        if (one.Place.Length > 0)
            Line("LOCATION:" + Escaped(one.Place));
        if (one.Description.Length > 0)
            Line("DESCRIPTION:" + Escaped(one.Description));
        if (one.Teacher is { Length: > 0 } teacher)
            Line("X-SMARTFLOW-TEACHER:" + Escaped(teacher));
        if (alarmMinutes is { } minutes)
            Alarm(one.Title, minutes);
        Line("END:VEVENT");
    }

    private void Alarm(string title, int minutes)
    {
        Line("BEGIN:VALARM");
        Line("ACTION:DISPLAY");
        Line("DESCRIPTION:" + Escaped(title));
        Line(string.Create(CultureInfo.InvariantCulture, $"TRIGGER:-PT{minutes}M"));
        Line("END:VALARM");
    }

    /// <summary>Every change of the clock between the first and the last event, and the rule in force before.</summary>
    private void Zone(DateTimeOffset first, DateTimeOffset last)
    {
        Line("BEGIN:VTIMEZONE");
        Line("TZID:" + timeZone);
        var interval = zone.GetZoneInterval(Instant.FromDateTimeOffset(first));
        Observance(interval, interval.WallOffset, new LocalDateTime(1970, 1, 1, 0, 0));
        var end = Instant.FromDateTimeOffset(last);
        while (interval.HasEnd && interval.End < end)
        {
            var next = zone.GetZoneInterval(interval.End);
            Observance(next, interval.WallOffset, interval.End.WithOffset(interval.WallOffset).LocalDateTime);
            interval = next;
        }
        Line("END:VTIMEZONE");
    }

    private void Observance(NodaTime.TimeZones.ZoneInterval interval, Offset before, LocalDateTime starts)
    {
        var kind = interval.Savings == Offset.Zero ? "STANDARD" : "DAYLIGHT";
        Line("BEGIN:" + kind);
        Line("DTSTART:" + starts.ToString("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture));
        Line("TZOFFSETFROM:" + Utc(before));
        Line("TZOFFSETTO:" + Utc(interval.WallOffset));
        Line("TZNAME:" + interval.Name);
        Line("END:" + kind);
    }

    private static string Utc(Offset offset) =>
        offset.ToString(offset.Seconds % 60 == 0 ? "+HHmm" : "+HHmmss", CultureInfo.InvariantCulture);

    private string Local(DateTimeOffset time) =>
        Instant
            .FromDateTimeOffset(time)
            .InZone(zone)
            .LocalDateTime.ToString("uuuuMMdd'T'HHmmss", CultureInfo.InvariantCulture);

    private static string Escaped(string value)
    {
        var escaped = new StringBuilder(value.Length);
        foreach (var c in value)
            switch (c)
            {
                case '\\' or ';' or ',':
                    escaped.Append('\\').Append(c);
                    break;
                case '\n':
                    escaped.Append("\\n");
                    break;
                default:
                    if (!char.IsControl(c))
                        escaped.Append(c);
                    break;
            }
        return escaped.ToString();
    }

    /// <summary>
    /// Folds between characters, so that no line is longer than 75 octets and none is cut inside one.
    /// </summary>
    private void Line(string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctetsMax)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            octets += rune.Utf8SequenceLength;
            text.Append(rune.ToString());
        }
        text.Append("\r\n");
    }
}
