using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>Files as schools and programs write them, and files that nobody should write.</summary>
public class TimetableFileTests
{
    private static readonly Term Autumn = Terms.Terms.Of();

    [Theory]
    [InlineData("wakeup.csv")]
    [InlineData("wakeup-bom.csv")]
    [InlineData("wakeup-gbk.csv")]
    public void A_WakeUp_file_is_read_in_every_encoding(string file)
    {
        var read = Read(file);
        read.Format.ShouldBe("wakeup_csv");
        read.Rows.Select(Told)
            .ShouldBe([
                "高等数学A(二)|张建国|教一楼 301|1|1-2|1-16",
                "高等数学A(二)|张建国|教一楼 301|3|3-4|1-15单",
                "大学英语(四)|李娜, Smith|外语楼205|2|3-4|1-5、7-11单、12-16双",
                "大学物理实验|王海燕|物理实验中心 B112|4|5-8|3、5、9-12",
                "形势与政策|||5|9-10|2-16双",
            ]);
        read.Rows.ShouldAllBe(r => r.Errors.Count == 0 && r.Confidence == 1);
        read.Rows[1].Line.ShouldBe(3);
    }

    [Theory]
    [InlineData(
        "xiaoai.json",
        "xiaoai",
        "管理运筹学|李然[讲师]|XB309|1|5-6|1-8;经济法|董晓|XB307|2|7-8|1-9单;体育(4)|陆明||4|3-4|1-16;体育(4)|陆明||4|7-7|1-16"
    )]
    [InlineData("xiaoai-bare.json", "xiaoai", "电磁场与电磁波|孙敏|A-201|7|1-3|2-6双")]
    [InlineData(
        "zhengfang.json",
        "zhengfang",
        "高级语言程序设计|周明|博3-A302|1|1-2|4-6、8-13;高等数学A（1）|李文|博2-A403|3|3-4|1-15单;体育（1）|赵强|体育馆|5|9-10|2-16双、17"
    )]
    [InlineData(
        "sheet.xlsx",
        "excel",
        "数据库原理|周敏|机房 3|1|1-2|1-16;数据库原理|周敏|机房 3|4|3-4|2-16双;软件工程|何 平|教三 210|5|5-8|1-8"
    )]
    [InlineData(
        "sheet.xls",
        "excel",
        "数据库原理|周敏|机房 3|1|1-2|1-16;数据库原理|周敏|机房 3|4|3-4|2-16双;软件工程|何 平|教三 210|5|5-8|1-8"
    )]
    [InlineData("one-a-week.ics", "ics", "高等数学|张建国|教一楼 301|2|5-6|1-8")]
    public void A_file_of_another_program_is_read(string file, string format, string rows)
    {
        var read = Read(file);
        read.Format.ShouldBe(format);
        read.Rows.Select(Told).ShouldBe(rows.Split(';'));
        read.Rows.ShouldAllBe(r => r.Errors.Count == 0);
    }

    [Fact]
    public void A_table_that_WakeUp_exports_is_read_with_its_first_day()
    {
        var read = Read("wakeup.wakeup_schedule");
        (read.Format, read.FirstMonday).ShouldBe(("wakeup", new DateOnly(2026, 9, 7)));
        read.Rows.Take(3)
            .Select(Told)
            .ShouldBe([
                "高等数学|张三|教三-305|1|1-2|1-16",
                "高等数学|张三|教一-101|3|3-4|1-15单",
                "体育||操场|5|5-6|2-16双",
            ]);
        // A kind of week that nobody knows, and hours before any section.
        read.Rows[3]
            .Errors.Select(e => $"{e.Field}:{e.Code}")
            .ShouldBe(["weeks:unreadable", "section_from:no_section", "section_to:missing"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(
        "课程名称,上课星期,上课节次,上课周次,任课老师,上课教室\n甲,星期一,1-2节,1-8周,张三,教1",
        "甲|张三|教1|1|1-2|1-8"
    )]
    [InlineData("Course Name,Day of Week,Periods,Weeks,Instructor,Room\n甲,Mon.,1-2,1-8,Ann,R1", "甲|Ann|R1|1|1-2|1-8")]
    [InlineData("课程名*,星期,开始节次,结束节次,起始周,结束周,单双周\n甲,一,１,２,1,8,单周", "甲|||1|1-2|1-7单")]
    [InlineData("课程,星期,节次,周次\n甲,1,\"1-2节,5-6节\",1-8", "甲|||1|1-2|1-8;甲|||1|5-6|1-8")]
    [InlineData("课程,星期,开始节,节数,周次\n甲,1,3,2,1-8", "甲|||1|3-4|1-8")]
    [InlineData("课程,星期,节数,周次\n甲,1,3-4,1-8", "甲|||1|3-4|1-8")]
    [InlineData(
        "课程名称,上课时间,上课地点\n甲,周一第1-2节{第1-16周};周三第3、4节{1-15周(单)},教1;教2",
        "甲||教1|1|1-2|1-16;甲||教2|3|3-4|1-15单"
    )]
    [InlineData("课程,星期,节次,周次\n甲,1,1月2日,3-Apr", "甲|||1|1-2|3-4")]
    public void More_names_of_columns_are_known(string file, string rows)
    {
        var read = AnyFile.Read(Encoding.UTF8.GetBytes(file), Autumn).Rows;
        read.Select(Told).ShouldBe(rows.Split(';'));
        read.ShouldAllBe(r => r.Errors.Count == 0);
    }

    [Fact]
    public void One_bad_cell_costs_its_row_alone()
    {
        const string Digits = "１２３４٣𝟏²½①壱〇";
        var lines = Digits.EnumerateRunes().Select(d => $"乙,{d},{d}-{d},{d}x,张,{d}");
        var read = AnyFile.Read(
            Encoding.UTF8.GetBytes(
                "课程名称,星期,节次,周次,老师,地点\n甲,1,1-2,1-8,,\n" + string.Join('\n', lines) + "\n丙,2,3-4,1-8,,"
            ),
            Autumn
        );
        read.Rows.Count.ShouldBe(2 + Digits.EnumerateRunes().Count());
        read.Rows.Where(r => r.Errors.Count == 0).Select(r => r.Name).ShouldBe(["甲", "丙"]);
    }

    [Fact]
    public void A_course_in_two_rooms_keeps_both_where_their_weeks_meet()
    {
        CourseRow Row(int row, string place, params int[] weeks) =>
            new(row, row, "甲", "张", place, 1, 1, 2, weeks, 1, []);
        var course = ImportedCourses
            .Of(
                [(Row(1, "A", 1, 2, 3), false), (Row(2, "B", 3, 4), false), (Row(3, "A", 6), false)],
                Autumn,
                null,
                default
            )
            .ShouldHaveSingleItem();
        course
            .Arrangements.Select(a => $"{a.Place ?? course.Place} {WeekList.Write(a.Weeks)}")
            .ShouldBe(["A 1-3、6", "B 4"]);
    }

    [Fact]
    public void A_course_without_a_time_is_told() =>
        Read("zhengfang.json")
            .Errors.ShouldHaveSingleItem()
            .ShouldBe(new FileError(null, "no_time", "军事训练 has no fixed time", "军事训练"));

    [Fact]
    public void A_calendar_of_weekly_events_is_read_with_zones_exceptions_and_folded_lines()
    {
        var read = Read("weekly.ics");
        read.Rows.Select(Told)
            .ShouldBe([
                "线性代数|张建国|教一楼 301|1|1-2|1-4、6-17",
                "这是一门名字很长很长的选修课, 折行之后还要继续; 到这里|||3|3-4|1-7单",
                "大学英语||外语楼205|2|3-4|1-3",
                "大学英语||外语楼205|4|3-4|1-3",
                "Study group|||5|9-10|1",
            ]);
        // 10:00 to 11:40 is not what the sections say.
        read.Rows[1].Confidence.ShouldBe(0.75);
        read.Rows[4].Confidence.ShouldBe(0.6);
        read.Errors.Select(e => e.Code).ShouldBe(["no_time", "unsupported_recurrence"]);
        read.Errors[1].Reason.ShouldBe("生日 is left out: repeats YEARLY; only weekly and daily are read");
    }

    [Fact]
    public void Every_error_of_a_row_is_named_by_field()
    {
        var rows = Read("wakeup-errors.csv")
            .Rows.Select(r => string.Join(' ', r.Errors.Select(e => $"{e.Field}:{e.Code}")))
            .ToArray();
        rows.ShouldBe([
            "day:out_of_range",
            "name:missing",
            "section_to:reversed",
            "weeks:unreadable",
            "section_to:out_of_range",
            "",
        ]);
    }

    [Theory]
    [InlineData("1-5、7-11单、12-16双", "1-5、7-11单、12-16双")]
    [InlineData("第1-8周", "1-8")]
    [InlineData("4-6周,8-13周", "4-6、8-13")]
    [InlineData("1-15周(单)", "1-15单")]
    [InlineData("2-16 even, 17", "2-16双、17")]
    [InlineData("1，3，5", "1-5单")]
    [InlineData("7", "7")]
    [InlineData("1~3 5~6", "1-3、5-6")]
    [InlineData("31", null)]
    [InlineData("0-3", null)]
    [InlineData("5-3", null)]
    [InlineData("每周", null)]
    [InlineData("", null)]
    public void Weeks_are_read_as_people_write_them(string text, string? expected) =>
        (WeekList.Read(text) is { } weeks ? WeekList.Write(WeekMask.Of(weeks)) : null).ShouldBe(expected);

    [Fact]
    public void What_is_written_of_any_weeks_is_read_again()
    {
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var mask = random.Next(1, 1 << 30);
            WeekMask.Of(WeekList.Read(WeekList.Write(mask))!).ShouldBe(mask);
        }
    }

    [Theory]
    [InlineData(
        "BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20260907T080000\nDTEND:20260907T094000\nRRULE:FREQ=DAILY\nEND:VEVENT",
        140
    )]
    [InlineData(
        "BEGIN:VEVENT\nSUMMARY:x\nDTSTART:19900101T080000\nDTEND:19900101T094000\nRRULE:FREQ=WEEKLY\nEND:VEVENT",
        20
    )]
    [InlineData(
        "BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20260907T080000\nDTEND:20260907T094000\nRRULE:FREQ=WEEKLY;COUNT=99999999999\nEND:VEVENT",
        20
    )]
    public void An_endless_series_ends_with_the_term(string events, int expected) =>
        AnyFile.Read(Calendar(events), Autumn).Rows.Sum(r => r.Weeks.Count).ShouldBe(expected);

    [Theory]
    [InlineData("RRULE:FREQ=SECONDLY")]
    [InlineData("RRULE:FREQ=WEEKLY;INTERVAL=0")]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=-1")]
    [InlineData("RRULE:FREQ=WEEKLY;UNTIL=soon")]
    [InlineData("RRULE:FREQ=WEEKLY;BYDAY=XX")]
    [InlineData("RRULE:FREQ=WEEKLY;BYSETPOS=1")]
    [InlineData("RRULE:FREQ=WEEKLY;FREQ=DAILY")]
    [InlineData("RRULE:")]
    public void A_broken_series_is_told_and_gives_no_row(string rule)
    {
        var read = AnyFile.Read(
            Calendar($"BEGIN:VEVENT\nDTSTART:20260907T080000\nDTEND:20260907T094000\n{rule}\nEND:VEVENT"),
            Autumn
        );
        read.Rows.ShouldBeEmpty();
        read.Errors.ShouldHaveSingleItem().Code.ShouldBe("unsupported_recurrence");
    }

    public static TheoryData<string, byte[]> Hostile =>
        new()
        {
            { "is empty", [] },
            { "is empty", Encoding.UTF8.GetBytes("  \n") },
            { "NUL bytes", Encoding.UTF8.GetBytes("课程名称,星期\0") },
            { "neither UTF-8 nor GBK", [0xFF, 0xFF, 0xFF, 0xC0, 0x80] },
            { "must begin with the columns", Encoding.UTF8.GetBytes("a,b,c\n1,2,3") },
            {
                "at most 1000 rows",
                Encoding.UTF8.GetBytes(
                    "课程名称,星期,开始节数,结束节数,老师,地点,周数\n"
                        + string.Concat(Enumerable.Repeat("a,1,1,2,b,c,1-2\n", 100_000))
                )
            },
            { "a cell of more than", Encoding.UTF8.GetBytes(new string('x', 10_000_000)) },
            { "more than 64 cells", Encoding.UTF8.GetBytes(new string(',', 10_000)) },
            { "is not closed", Encoding.UTF8.GetBytes("课程名称,\"星期\n,,,\n") },
            { "is not valid JSON", Encoding.UTF8.GetBytes(new string('[', 100_000)) },
            { "is not valid JSON", Encoding.UTF8.GetBytes("{\"courseInfos\":[") },
            { "must be a list of courses", Encoding.UTF8.GetBytes("{\"a\":1}") },
            {
                "at most 1000 rows",
                Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("{\"name\":\"a\"}", 2_000)) + "]")
            },
            { "holds no course", Encoding.UTF8.GetBytes("[]") },
            { "ends inside VEVENT", Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\nBEGIN:VEVENT\n") },
            {
                "is nested too deeply",
                Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\n" + string.Concat(Enumerable.Repeat("BEGIN:VEVENT\n", 20)))
            },
            { "is not open", Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\nEND:VEVENT\n") },
            {
                "at most 5000 events",
                Encoding.UTF8.GetBytes(
                    "BEGIN:VCALENDAR\n" + string.Concat(Enumerable.Repeat("BEGIN:VEVENT\nEND:VEVENT\n", 6_000))
                )
            },
            {
                "has more than 16000 characters",
                Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\nX:" + new string('y', 10_000_000))
            },
            { "Excel workbook", [.. "PK\u0003\u0004"u8, .. new byte[100]] },
            { "Excel workbook", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[2_000]] },
            { "must unpack to at most", Archive(1, 30 * 1_024 * 1_024) },
            { "must have at most 500 parts", Archive(600, 1) },
            { "Excel workbook", Archive(1, 10) },
        };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public void A_hostile_file_is_refused_with_its_reason(string reason, byte[] file)
    {
        var refused = Should.Throw<RefusedException>(() => Read(file));
        refused.Code.ShouldBe(ErrorCodes.InvalidArgument);
        refused.Errors!["file"].ShouldHaveSingleItem().ShouldContain(reason);
    }

    [Fact]
    public void Fields_of_millions_of_characters_and_halves_of_characters_are_told_and_cut()
    {
        var (emoji, blanks) = (string.Concat(Enumerable.Repeat("\U0001F4D0", 500_000)), new string(' ', 2_000_000));
        var file =
            $$"""[{"name":"{{emoji}}","weeks":"1{{blanks}}2","day":1,"sections":"1{{blanks}}"},{"name":"\ud800","weeks":"\ud800","day":"\udc00","sections":["\ud800"]}]""";
        var rows = AnyFile.Read(Encoding.UTF8.GetBytes(file), Autumn).Rows.Select(r => r.Checked(Autumn)).ToArray();
        rows[0].Name.Length.ShouldBeLessThan(400);
        rows[0]
            .Errors.Select(e => $"{e.Field}:{e.Code}")
            .ShouldBe(
                ["weeks:unreadable", "section_from:unreadable", "name:too_long", "section_to:missing"],
                ignoreOrder: true
            );
        rows[1]
            .Errors.Select(e => e.Field)
            .ShouldBe(["weeks", "section_from", "name", "day", "section_to"], ignoreOrder: true);
        JsonSerializer.Serialize(rows).Length.ShouldBeLessThan(20_000);
    }

    [Fact]
    public void A_damaged_workbook_is_read_or_refused()
    {
        var random = new Random(11);
        foreach (var name in (string[])["sheet.xls", "sheet.xlsx"])
        {
            var whole = File.ReadAllBytes(Path.Combine(Fixtures.Folder("timetables"), name));
            for (var i = 0; i < 150; i++)
            {
                var bytes = (byte[])whole.Clone();
                for (var n = 0; n < 8; n++)
                    bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
                try
                {
                    Read(bytes).Rows.Count.ShouldBeLessThanOrEqualTo(RowList.RowsMax);
                }
                catch (RefusedException e)
                {
                    e.Code.ShouldBe(ErrorCodes.InvalidArgument);
                }
            }
        }
    }

    [Fact]
    public void Only_images_by_their_bytes_are_photos()
    {
        Photo.MediaTypeOf([0xFF, 0xD8, 0xFF, 0xE0]).ShouldBe("image/jpeg");
        Photo.MediaTypeOf([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]).ShouldBe("image/png");
        Photo.MediaTypeOf("RIFF....WEBPVP8 "u8).ShouldBe("image/webp");
        Photo.MediaTypeOf("GIF89a"u8).ShouldBeNull();
        Photo.MediaTypeOf("<svg/>"u8).ShouldBeNull();
        Photo.MediaTypeOf("RIFF"u8).ShouldBeNull();
    }

    private static ReadFile Read(string file)
    {
        var read = Read(File.ReadAllBytes(Path.Combine(Fixtures.Folder("timetables"), file)));
        return read with { Rows = [.. read.Rows.Select(r => r.Checked(Autumn))] };
    }

    private static ReadFile Read(byte[] bytes) =>
        SheetFile.Is(bytes) ? SheetFile.Read(bytes, 20) : AnyFile.Read(bytes, Autumn);

    private static string Told(CourseRow row) =>
        $"{row.Name}|{row.Teacher}|{row.Place}|{row.Day}|{row.SectionFrom}-{row.SectionTo}|{WeekList.Write(WeekMask.Of(row.Weeks))}";

    private static byte[] Calendar(string events) =>
        Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\n{events}\nEND:VCALENDAR\n");

    private static byte[] Archive(int parts, int bytes)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            for (var i = 0; i < parts; i++)
                using (var part = archive.CreateEntry($"xl/{i}.xml").Open())
                    part.Write(new byte[bytes]);
        return stream.ToArray();
    }
}
