using System.Text.RegularExpressions;
using NodaTime;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// The events of an .ics file as rows: each time of each event, which become one row where course, day and sections
/// agree. Hours become the sections that they touch; what lies outside the term is told, not taken.
/// </summary>
internal sealed partial class CalendarFile
{
    public const string Format = "ics";

    private readonly TermCalendar calendar;
    private readonly DateTimeZone zone;
    private readonly Term term;
    private readonly LocalDate last;
    private readonly RowList rows = new();
    private readonly Dictionary<(string, string, string, int, int?, int?), Found> found = [];

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
        List<string> zones = [];
        foreach (var one in CalendarText.Calendars(text))
            zones.AddRange(file.Add(one));
        foreach (var (key, value) in file.found.OrderBy(f => f.Value.Line))
            file.rows.Add(
                value.Line,
                key.Item1,
                key.Item2,
                key.Item3,
                key.Item4,
                key.Item5,
                key.Item6,
                value.Weeks,
                value.Confidence,
                key.Item5 is null ? [RowError.NoSection(value.Hours)] : []
            );
        return file.rows.As(Format) with { Zones = [.. zones.Distinct()] };
    }

    private IReadOnlyList<string> Add(CalendarPart part)
    {
        var zones = new CalendarZones(part, zone);
        var series = new CalendarSeries(zones, last);
        foreach (var (one, times) in series.Read(part))
        {
            var name = NameOf(one);
            foreach (var gap in series.Gaps.Where(g => g.Event == one))
                rows.Skip(one.Line, gap.Code, name, gap.Reason);
            var inside = 0;
            foreach (var time in times)
                if (Take(time, NameOf(time.Event) is { Length: > 0 } own ? own : name))
                    inside++;
            var isCancelled =
                times.Count == 0
                && string.Equals(one.Find("STATUS")?.Value.Trim(), "CANCELLED", StringComparison.OrdinalIgnoreCase);
            if (inside == 0 && !isCancelled && series.Gaps.TrueForAll(g => g.Event != one))
                rows.Skip(one.Line, "outside_term", name, "lies outside the term");
        }
        foreach (var gap in series.Gaps.Where(g => g.Event.Find("RECURRENCE-ID") is not null))
            rows.Skip(gap.Event.Line, gap.Code, NameOf(gap.Event), gap.Reason);
        return zones.Used;
    }

    private static string NameOf(CalendarPart one) => one.Find("SUMMARY")?.Text.Trim() ?? "";

    /// <returns>False: outside the term.</returns>
    private bool Take(CalendarTime time, string name)
    {
        var (begin, end) = (time.From.InZone(zone).LocalDateTime, (time.From + time.Length).InZone(zone).LocalDateTime);
        if (calendar.SlotDayOf(begin.Date.ToDateOnly()) is not { } own)
            return false;
        // On a swap day another day's courses run: that is where the row belongs.
        var slot = calendar.CoursesOf(own.Week, own.Day) ?? own;
        var until = end.Date == begin.Date ? end.TimeOfDay.ToTimeOnly() : TimeOnly.MaxValue;
        var (sections, exact) = SectionHours.Of(term, begin.TimeOfDay.ToTimeOnly(), until);
        var (teacher, place) = Who(time.Event);
        var key = (name, teacher, place, slot.Day, sections?.From, sections?.To);
        if (!found.TryGetValue(key, out var row))
            found.Add(key, row = new Found(time.Event.Line, $"{begin.TimeOfDay:HH:mm}-{until:HH\\:mm}"));
        row.Weeks.Add(slot.Week);
        row.Confidence = Math.Min(row.Confidence, Math.Min(exact, time.Sure ? 1 : 0.7));
        return true;
    }

    /// <summary>
    /// Teacher and place. WakeUp writes both into LOCATION, and says in three lines of DESCRIPTION which is which.
    /// </summary>
    private static (string Teacher, string Place) Who(CalendarPart one)
    {
        var (described, place) = (one.Find("DESCRIPTION")?.Text ?? "", one.Find("LOCATION")?.Text.Trim() ?? "");
        if (one.Find("X-SMARTFLOW-TEACHER")?.Text is { } own)
            return (own, place);
        if (WakeUp().Match(described) is { Success: true } lines)
        {
            var (room, person) = (lines.Groups["place"].Value.Trim(), lines.Groups["teacher"].Value.Trim());
            if ($"{room} {person}".Trim() == place)
                return (person, room);
        }
        return (Teacher().Match(described) is { Success: true } match ? match.Groups[1].Value.Trim() : "", place);
    }

    [GeneratedRegex(@"(?:教师|老师|任课教师|授课教师|[Tt]eacher|[Ii]nstructor)\s*[:：]\s*([^\n;；]{1,100})")]
    private static partial Regex Teacher();

    [GeneratedRegex(@"^第\s*[0-9]{1,2}\s*-\s*[0-9]{1,2}\s*节\n(?<place>[^\n]*)\n(?<teacher>[^\n]*)\s*$")]
    private static partial Regex WakeUp();

    private sealed class Found(int line, string hours)
    {
        public int Line => line;

        public string Hours => hours;

        public HashSet<int> Weeks { get; } = [];

        public double Confidence { get; set; } = 1;
    }
}
