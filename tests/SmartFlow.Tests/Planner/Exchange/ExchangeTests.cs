using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Tests.Planner.Exchange;

/// <summary>What goes out can be read, by us and by others, and is the same.</summary>
public class ExchangeTests
{
    [Fact]
    public void Courses_exported_as_CSV_and_imported_again_are_the_same_timetable() =>
        ForAnySeed(random =>
        {
            var term = Terms.Terms.Random(random);
            var courses = Terms.Terms.RandomCourses(random, term);
            Weekly(Imported(CourseCsv.Write(courses), term)).ShouldBe(Weekly(courses));
        });

    [Fact]
    public void A_term_exported_as_calendar_and_imported_again_takes_place_at_the_same_times() =>
        ForAnySeed(random =>
        {
            var term = Terms.Terms.Random(random);
            var calendar = new TermCalendar(term);
            var courses = Terms.Terms.RandomCourses(random, term);
            if (!new Timetable(calendar, courses).Occurrences().Any())
                return;
            Dates(calendar, Imported(Calendar(term, courses), term)).ShouldBe(Dates(calendar, courses));
        });

    [Fact]
    public void Calendar_lines_end_in_CRLF_and_have_at_most_75_octets() =>
        ForAnySeed(random =>
        {
            var term = Terms.Terms.Random(random);
            var text = Calendar(term, Terms.Terms.RandomCourses(random, term));
            var lines = text.Split("\r\n");
            lines[^1].ShouldBeEmpty();
            lines.ShouldAllBe(l => !l.Contains('\n') && !l.Contains('\r') && Encoding.UTF8.GetByteCount(l) <= 75);
        });

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Asia/Shanghai")]
    [InlineData("Australia/Lord_Howe")]
    public async Task An_independent_reader_finds_the_same_events(string zone)
    {
        var random = new Random(5);
        var term = Terms.Terms.Of(
            zone: zone,
            daysOff: new DaysOff(
                [new Holiday(new DateOnly(2026, 10, 1), "国庆节")],
                [new SwapDay(new DateOnly(2026, 10, 10), new DateOnly(2026, 10, 1))]
            )
        );
        var courses = Terms.Terms.RandomCourses(random, term);
        var calendar = new TermCalendar(term);
        var events = TermEvents.OfCourses(calendar, new Timetable(calendar, courses).Occurrences()).ToArray();
        var folder = TestFolders.New();
        Directory.CreateDirectory(folder);
        var (ics, expected) = (Path.Combine(folder, "term.ics"), Path.Combine(folder, "events.json"));
        await File.WriteAllTextAsync(ics, new CalendarWriter(zone).Write("t", StartedApp.Now, 15, events));
        await File.WriteAllTextAsync(
            expected,
            JsonSerializer.Serialize(
                events.Select(e => new
                {
                    uid = e.Uid,
                    title = e.Title,
                    from = Iso(e.From),
                    to = Iso(e.To),
                    place = e.Place,
                    alarm = "-PT15M",
                })
            )
        );
        var output = await new Node("ical", "ical.js").TestAsync(
            "read.test.mjs",
            new() { ["SMARTFLOW_ICS"] = ics, ["SMARTFLOW_EVENTS"] = expected }
        );
        output.ShouldContain("pass 1");
        TestFolders.Delete(folder);
    }

    private static List<Course> Imported(string text, Term term)
    {
        var read = AnyFile.Read(Encoding.UTF8.GetBytes(text), term);
        read.Errors.ShouldBeEmpty();
        var rows = read.Rows.Select(r => r.Checked(term)).ToArray();
        rows.ShouldAllBe(r => r.Errors.Count == 0 && r.Confidence == 1);
        return ImportedCourses.Of([.. rows.Select(r => (r, false))], term, null, default);
    }

    private static string Calendar(Term term, List<Course> courses)
    {
        var calendar = new TermCalendar(term);
        return new CalendarWriter(term.TimeZone).Write(
            "SmartFlow",
            StartedApp.Now,
            15,
            [.. TermEvents.OfCourses(calendar, new Timetable(calendar, courses).Occurrences())]
        );
    }

    private static string[] Weekly(List<Course> courses) =>
        [
            .. courses
                .SelectMany(c =>
                    c.Arrangements.SelectMany(a =>
                        WeekMask
                            .Weeks(a.Weeks)
                            .Select(w =>
                                $"{c.Name}|{a.Teacher ?? c.Teacher}|{a.Place ?? c.Place}|{w}|{a.Day}|{a.SectionFrom}-{a.SectionTo}"
                            )
                    )
                )
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private static string[] Dates(TermCalendar calendar, List<Course> courses) =>
        [
            .. new Timetable(calendar, courses)
                .Occurrences()
                .Select(o =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{o.Course.Name}|{o.Teacher}|{o.Place}|{calendar.DateOf(o.Week, o.Day):O}|{o.SectionFrom}-{o.SectionTo}"
                    )
                )
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void ForAnySeed(Action<Random> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => holds(new Random(seed)))
            .Check(Config.QuickThrowOnFailure);
}
