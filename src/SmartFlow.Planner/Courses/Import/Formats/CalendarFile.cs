using System.Text.RegularExpressions;
using NodaTime;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// The events of an .ics file as rows: weekly ones, or one event a week, which become one row where course, day and sections
/// agree. Hours become the sections that they touch; what lies outside the term is told, not taken.
/// </summary>
internal sealed partial class CalendarFile
{
    public const string Format = "ics";

    /// <summary>Older series are none of this term, and are not counted through.</summary>
    private static readonly LocalDate Earliest = new(1990, 1, 1);

    private const int DatesMax = 200_000;
    private readonly TermCalendar calendar;
    private readonly DateTimeZone zone;
    private readonly Term term;
    private readonly LocalDate last;
    private readonly RowList rows = new();
    private readonly Dictionary<(string, string, string, int, int?, int?), Found> found = [];
    private int dates;

    private CalendarFile(Term term)
    {
        this.term = term;
        calendar = new TermCalendar(term);
        zone = DateTimeZoneProviders.Tzdb[term.TimeZone];
        last = LocalDate.FromDateOnly(calendar.DateOf(term.Weeks, 7)).PlusDays(1);
    }

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static ReadFile Read(string text, Term term)
    {
        var file = new CalendarFile(term);
        foreach (var (line, properties) in CalendarText.Events(text)) file.Add(line, properties);
        foreach (var (key, value) in file.found.OrderBy(f => f.Value.Line))
            file.rows.Add(
                value.Line, key.Item1, key.Item2, key.Item3, key.Item4, key.Item5, key.Item6, value.Weeks, value.Confidence,
                key.Item5 is null ? [new RowError("section_from", "no_section", $"{value.Hours} is in no section of the term")] : []);
        return file.rows.As(Format);
    }

    private void Add(int line, List<CalendarLine> properties)
    {
        CalendarLine? Find(string name) => properties.Find(p => p.Name == name);
        if (string.Equals(Find("STATUS")?.Value.Trim(), "CANCELLED", StringComparison.OrdinalIgnoreCase)) return;
        var name = Find("SUMMARY")?.Text.Trim() ?? "";
        if (Find("DTSTART") is not { } starts || CalendarTimes.Read(starts, zone) is not { } start)
        {
            rows.Skip(line, "unreadable", name, "has no start that can be read");
            return;
        }
        if (!start.HasTime || Length(start, Find("DTEND"), Find("DURATION")) is not { } length)
        {
            rows.Skip(line, "no_time", name, "has no hours within one day");
            return;
        }
        if (start.Local.Date < Earliest)
        {
            rows.Skip(line, "outside_term", name, "lies outside the term");
            return;
        }
        var (days, problem) = Dates(start, Find("RRULE"), properties.Where(p => p.Name is "EXDATE"), properties.Where(p => p.Name is "RDATE"));
        if (problem is not null)
        {
            rows.Skip(line, "unsupported_recurrence", name, $"is left out: {problem}");
            return;
        }
        var described = Find("DESCRIPTION")?.Text ?? "";
        var teacher = Find("X-SMARTFLOW-TEACHER")?.Text ?? (Teacher().Match(described) is { Success: true } match ? match.Groups[1].Value.Trim() : "");
        var inside = 0;
        foreach (var date in days) if (Take(line, (name, teacher, Find("LOCATION")?.Text.Trim() ?? ""), date, start, length)) inside++;
        if (inside == 0) rows.Skip(line, "outside_term", name, "lies outside the term");
    }

    private (IEnumerable<LocalDate> Dates, string? Problem) Dates(
        CalendarMoment start, CalendarLine? rule, IEnumerable<CalendarLine> without, IEnumerable<CalendarLine> with)
    {
        IEnumerable<LocalDate> all = [start.Local.Date];
        if (rule is not null)
        {
            var (recurrence, problem) = Recurrence.Read(rule.Value.Trim(), start.Zone);
            if (recurrence is null) return ([], problem);
            all = recurrence.Dates(start, last);
        }
        var excluded = Moments(without, start).ToHashSet();
        return (all.Concat(Moments(with, start)).Where(d => !excluded.Contains(d)), null);
    }

    private IEnumerable<LocalDate> Moments(IEnumerable<CalendarLine> lines, CalendarMoment start) => lines
        .SelectMany(l => l.Value.Split(',').Select(v => CalendarTimes.Read(v.Trim(), l.Parameters.GetValueOrDefault("TZID"), start.Zone)))
        .OfType<CalendarMoment>()
        .Select(m => m.Zone.Equals(start.Zone) || !m.HasTime ? m.Local.Date : m.Instant.InZone(start.Zone).Date);

    /// <returns>False: outside the term.</returns>
    private bool Take(int line, (string Name, string Teacher, string Place) said, LocalDate date, CalendarMoment start, Duration length)
    {
        if (++dates > DatesMax) throw Unreadable.TooManyEvents(DatesMax);
        var from = start.Zone.AtLeniently(date + start.Local.TimeOfDay).ToInstant();
        var (begin, end) = (from.InZone(zone).LocalDateTime, (from + length).InZone(zone).LocalDateTime);
        if (calendar.SlotDayOf(begin.Date.ToDateOnly()) is not { } own) return false;
        // On a swap day another day's courses run: that is where the row belongs.
        var slot = calendar.CoursesOf(own.Week, own.Day) ?? own;
        var until = end.Date == begin.Date ? end.TimeOfDay.ToTimeOnly() : TimeOnly.MaxValue;
        var (sections, exact) = Sections(begin.TimeOfDay.ToTimeOnly(), until);
        var key = (said.Name, said.Teacher, said.Place, slot.Day, sections?.From, sections?.To);
        if (!found.TryGetValue(key, out var row))
            found.Add(key, row = new Found(line, $"{begin.TimeOfDay:HH:mm}-{until:HH\\:mm}"));
        row.Weeks.Add(slot.Week);
        row.Confidence = Math.Min(row.Confidence, Math.Min(exact, start.KnownZone ? 1 : 0.7));
        return true;
    }

    /// <summary>The sections that the hours touch for at least ten minutes; how well they fit.</summary>
    private ((int From, int To)? Sections, double Confidence) Sections(TimeOnly from, TimeOnly to)
    {
        var touched = term.SectionTimes.Index().Where(s => Touches(s.Item.Starts, s.Item.Ends, from, to)).Select(s => s.Index + 1).ToArray();
        if (touched.Length == 0) return (null, 0.3);
        var off = Math.Max(
            Math.Abs((term.SectionTimes[touched[0] - 1].Starts.ToTimeSpan() - from.ToTimeSpan()).TotalMinutes),
            Math.Abs((term.SectionTimes[touched[^1] - 1].Ends.ToTimeSpan() - to.ToTimeSpan()).TotalMinutes));
        return ((touched[0], touched[^1]), off switch { 0 => 1, <= 10 => 0.9, <= 20 => 0.75, _ => 0.6 });
    }

    private static bool Touches(TimeOnly starts, TimeOnly ends, TimeOnly from, TimeOnly to)
    {
        var common = (ends < to ? ends : to).ToTimeSpan() - (starts > from ? starts : from).ToTimeSpan();
        return common >= TimeSpan.FromMinutes(10) || common > TimeSpan.Zero && common == ends.ToTimeSpan() - starts.ToTimeSpan();
    }

    private Duration? Length(CalendarMoment start, CalendarLine? ends, CalendarLine? duration)
    {
        if (duration is not null) return CalendarTimes.ReadDuration(duration.Value);
        if (ends is null || CalendarTimes.Read(ends, zone) is not { HasTime: true } end) return null;
        var length = end.Instant - start.Instant;
        return length > Duration.Zero && length <= Duration.FromDays(1) ? length : null;
    }

    [GeneratedRegex(@"(?:教师|老师|任课教师|授课教师|[Tt]eacher|[Ii]nstructor)\s*[:：]\s*([^\n;；]{1,100})")]
    private static partial Regex Teacher();

    private sealed class Found(int line, string hours)
    {
        public int Line => line;

        public string Hours => hours;

        public HashSet<int> Weeks { get; } = [];

        public double Confidence { get; set; } = 1;
    }
}
