using System.Text;
using System.Text.Json;
using NodaTime;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>Calendars as RFC 5545 means them: whatever repeats, moves or is called off.</summary>
public class CalendarFileTests
{
    private static readonly Term Autumn = Terms.Terms.Of();

    public static TheoryData<string, string> Kept
    {
        get
        {
            using var means = JsonDocument.Parse(
                File.ReadAllBytes(Path.Combine(Fixtures.Folder("calendars"), "means.json"))
            );
            return [.. means.RootElement.EnumerateObject().Select(m => (m.Name, m.Value.GetString()!))];
        }
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_calendar_means_what_the_standard_says(string file, string rows)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Fixtures.Folder("calendars"), $"{file}.ics"));
        var read = AnyFile.Read(bytes, Autumn);
        read.Errors.ShouldBeEmpty();
        Told(read).ShouldBe(rows.Split(';'));
        read.Rows.ShouldAllBe(r => r.Confidence == 1 && r.Errors.Count == 0);
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("moved-room-same-time")]
    [InlineData("cancelled-instance")]
    [InlineData("range-thisandfuture")]
    public void Overrides_count_wherever_they_stand(string file)
    {
        var text = File.ReadAllText(Path.Combine(Fixtures.Folder("calendars"), $"{file}.ics"));
        var parts = text.Split("BEGIN:VEVENT");
        var end = parts[2].IndexOf("END:VCALENDAR", StringComparison.Ordinal);
        var turned = $"{parts[0]}BEGIN:VEVENT{parts[2][..end]}BEGIN:VEVENT{parts[1]}END:VCALENDAR\n";
        Told(Read(turned)).Order(StringComparer.Ordinal).ShouldBe(Told(Read(text)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_zone_is_what_the_file_says_and_is_told()
    {
        Told(Read(Events("X-WR-TIMEZONE:Europe/Berlin\n", Lesson("20260907T020000", "20260907T034000", ""))))
            .ShouldBe(["课|||1|1-2|1"]);
        Read(Events("X-WR-TIMEZONE:Europe/Berlin\n", Lesson("20260907T020000", "20260907T034000", "")))
            .Zones.ShouldBe(["Europe/Berlin"]);
        Read(Events("", Lesson("20260907T000000Z", "20260907T014000Z", ""))).Zones.ShouldBe(["UTC"]);
        Read(Events("", Lesson("20260907T080000", "20260907T094000", ""))).Zones.ShouldBe(["Asia/Shanghai"]);
        // The name is one that everybody knows, and the file says something else of it.
        const string Zone =
            "BEGIN:VTIMEZONE\nTZID:Asia/Shanghai\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\nEND:STANDARD\nEND:VTIMEZONE\n";
        Told(Read(Events(Zone, Lesson("TZID=Asia/Shanghai:20260907T000000", "TZID=Asia/Shanghai:20260907T014000", ""))))
            .ShouldBe(["课|||1|1-2|1"]);
        var unknown = Read(Events("", Lesson("TZID=Nowhere:20260907T080000", "TZID=Nowhere:20260907T094000", "")))
            .Rows.ShouldHaveSingleItem();
        unknown.Confidence.ShouldBe(0.7);
    }

    [Fact]
    public void A_zone_of_the_file_has_its_summer_time()
    {
        const string Zone = """
            BEGIN:VTIMEZONE
            TZID:School
            BEGIN:DAYLIGHT
            DTSTART:16010325T020000
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
            TZOFFSETFROM:+0100
            TZOFFSETTO:+0200
            END:DAYLIGHT
            BEGIN:STANDARD
            DTSTART:16011028T030000
            RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
            TZOFFSETFROM:+0200
            TZOFFSETTO:+0100
            END:STANDARD
            END:VTIMEZONE

            """;
        // Eight in Berlin, a week before and after the clocks change on 25 October.
        var berlin = Terms.Terms.Of(zone: "Europe/Berlin");
        var text = Events(
            Zone,
            Lesson("TZID=School:20261019T080000", "TZID=School:20261019T094000", "RRULE:FREQ=WEEKLY;COUNT=3\n")
        );
        Told(AnyFile.Read(Encoding.UTF8.GetBytes(text), berlin)).ShouldBe(["课|||1|1-2|7-9"]);
    }

    [Theory]
    [InlineData(
        "RDATE;VALUE=PERIOD;TZID=Asia/Shanghai:20260909T140000/20260909T154000,20260910T140000/PT45M\n",
        "课|||1|1-2|1;课|||3|5-6|1;课|||4|5-5|1"
    )]
    [InlineData(
        "RDATE;TZID=Asia/Shanghai:20260909T140000\nEXDATE;TZID=Asia/Shanghai:20260909T140000\n",
        "课|||1|1-2|1"
    )]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20260914T000000Z\n", "课|||1|1-2|1、3")]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20260914\n", "课|||1|1-2|1、3")]
    [InlineData(
        "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Asia/Shanghai:20260914T080000,20260921T080000\n",
        "课|||1|1-2|1"
    )]
    [InlineData("RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z;INTERVAL=2\n", "课|||1|1-2|1-19单")]
    public void Dates_are_added_and_taken_away_by_their_times(string more, string rows) =>
        Told(Read(Events("", Lesson("TZID=Asia/Shanghai:20260907T080000", "TZID=Asia/Shanghai:20260907T094000", more))))
            .ShouldBe(rows.Split(';'));

    [Fact]
    public void An_override_of_a_range_is_itself_overridden_by_one_of_a_single_lesson()
    {
        const string First = "UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Shanghai:20260914T080000\n";
        const string Then = "UID:a\nRECURRENCE-ID;TZID=Asia/Shanghai:20260921T080000\nSTATUS:CANCELLED\n";
        var text = Events(
            "",
            Lesson(
                "TZID=Asia/Shanghai:20260907T080000",
                "TZID=Asia/Shanghai:20260907T094000",
                "UID:a\nRRULE:FREQ=WEEKLY;COUNT=5\n"
            ),
            Lesson("TZID=Asia/Shanghai:20260915T140000", "TZID=Asia/Shanghai:20260915T154000", First + "LOCATION:新\n"),
            Lesson("TZID=Asia/Shanghai:20260921T080000", "TZID=Asia/Shanghai:20260921T094000", Then)
        );
        Told(Read(text)).ShouldBe(["课|||1|1-2|1", "课||新|2|5-6|2、4-5"]);
    }

    [Fact]
    public void The_newer_of_two_overrides_counts_and_one_without_its_series_stands_alone()
    {
        const string Id = "UID:a\nRECURRENCE-ID;TZID=Asia/Shanghai:20260914T080000\n";
        var newer = Lesson(
            "TZID=Asia/Shanghai:20260915T080000",
            "TZID=Asia/Shanghai:20260915T094000",
            Id + "SEQUENCE:2\n"
        );
        var older = Lesson(
            "TZID=Asia/Shanghai:20260916T080000",
            "TZID=Asia/Shanghai:20260916T094000",
            Id + "SEQUENCE:1\n"
        );
        Told(Read(Events("", newer, older))).ShouldBe(["课|||2|1-2|2"]);
    }

    [Theory]
    [InlineData("DTSTART:99991231T080000Z\nDTEND:99991231T094000Z")]
    [InlineData("DTSTART:00010101T080000\nDTEND:00010101T094000")]
    [InlineData("DTSTART;TZID=Asia/Shanghai:２０２６０９０７T080000\nDTEND:20260907T094000")]
    [InlineData("DTSTART:20260907T080000\nDURATION:P999999999999D")]
    [InlineData("DTSTART:20260907T080000\nDURATION:-PT1H")]
    [InlineData("DTSTART:20260907T080000\nDTEND:20260907T080000")]
    [InlineData("DTSTART:20260907T080000\nDTEND:20260907T094000\nRECURRENCE-ID:soon")]
    [InlineData("DTSTART:20260907T080000\nDTEND:20260907T094000\nRECURRENCE-ID;RANGE=THISANDPRIOR:20260907T080000")]
    public void What_cannot_be_read_is_told_and_costs_no_other_event(string lines)
    {
        var read = Read(Events("", $"SUMMARY:坏\n{lines}\n", Lesson("20260907T080000", "20260907T094000", "")));
        Told(read).ShouldBe(["课|||1|1-2|1"]);
        read.Errors.ShouldHaveSingleItem().Name.ShouldBe("坏");
    }

    [Fact]
    public void Another_reader_finds_the_same_lessons_where_it_knows_the_zone_and_no_range_is_changed()
    {
        var random = new Random(17);
        for (var i = 0; i < 120; i++)
        {
            var text = Series(random);
            var part = CalendarText.Calendars(text).ShouldHaveSingleItem();
            var zones = new CalendarZones(part, DateTimeZone.Utc);
            var ours = new CalendarSeries(zones, new LocalDate(2027, 1, 24))
                .Read(part)
                .SelectMany(e => e.Times)
                .Select(t => (t.From.ToDateTimeUtc(), t.Event.Find("LOCATION")!.Value))
                .Where(t => t.Item1 < End)
                .Order()
                .ToArray();
            var theirs = Ical
                .Net.Calendar.Load(text)!
                .GetOccurrences()
                .TakeWhile(o => o.Period.StartTime.AsUtc < End.AddDays(20))
                .Select(o =>
                    (o.Period.StartTime.AsUtc, ((Ical.Net.CalendarComponents.CalendarEvent)o.Source).Location!)
                )
                .Where(o => o.AsUtc < End)
                .Order()
                .ToArray();
            ours.ShouldBe(theirs, text);
        }
    }

    private static readonly DateTime End = new(2027, 1, 20, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// A weekly series with what it leaves out and adds, and a lesson that is elsewhere or at another hour.
    /// </summary>
    private static string Series(Random random)
    {
        var zone = Terms.Terms.Zones[random.Next(4)];
        var start = new LocalDateTime(2026, 9, 7, 8, 0).PlusDays(random.Next(7));
        string At(LocalDateTime time) => $";TZID={zone}:{time:uuuuMMdd'T'HHmmss}";
        string[] days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        var by = days.Where((_, n) => n == (int)start.DayOfWeek - 1 || random.Next(4) == 0);
        var ends = random.Next(3) switch
        {
            0 => "",
            1 => $";COUNT={random.Next(1, 30)}",
            _ => $";UNTIL=2026{random.Next(10, 13)}15T120000Z",
        };
        var text =
            $"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:a\nDTSTAMP:20260901T000000Z\nLOCATION:A\nDTSTART{At(start)}\nDTEND{At(start.PlusMinutes(100))}\n"
            + $"RRULE:FREQ=WEEKLY;INTERVAL={random.Next(1, 4)};BYDAY={string.Join(',', by)}{ends}\n";
        if (random.Next(2) == 0)
            text += $"EXDATE{At(start.PlusWeeks(random.Next(1, 8)))}\n";
        if (random.Next(2) == 0)
            text += $"EXDATE{At(start.PlusWeeks(random.Next(1, 8)).PlusHours(2))}\n";
        if (random.Next(2) == 0)
            text += $"RDATE{At(start.PlusDays(random.Next(1, 50)).PlusHours(6))}\n";
        text += "END:VEVENT\n";
        // Of the first lesson, which is there whatever the rule says.
        if (random.Next(2) == 0)
        {
            var moved = start.PlusDays(random.Next(3)).PlusHours(random.Next(3));
            text +=
                $"BEGIN:VEVENT\nUID:a\nDTSTAMP:20260901T000000Z\nLOCATION:B\nRECURRENCE-ID{At(start)}\nDTSTART{At(moved)}\nDTEND{At(moved.PlusMinutes(45))}\nEND:VEVENT\n";
        }
        return text + "END:VCALENDAR\n";
    }

    private static ReadFile Read(string text) => AnyFile.Read(Encoding.UTF8.GetBytes(text), Autumn);

    private static string[] Told(ReadFile read) =>
        [
            .. read.Rows.Select(row =>
                $"{row.Name}|{row.Teacher}|{row.Place}|{row.Day}|{row.SectionFrom}-{row.SectionTo}|{WeekList.Write(WeekMask.Of(row.Weeks))}"
            ),
        ];

    private static string Lesson(string starts, string ends, string more) =>
        $"SUMMARY:课\nDTSTART{Value(starts)}\nDTEND{Value(ends)}\n{more}";

    private static string Value(string time) =>
        time.StartsWith("TZID", StringComparison.Ordinal) ? $";{time}" : $":{time}";

    private static string Events(string head, params string[] events) =>
        $"BEGIN:VCALENDAR\n{head}{string.Concat(events.Select(e => $"BEGIN:VEVENT\n{e}END:VEVENT\n"))}END:VCALENDAR\n";
}
