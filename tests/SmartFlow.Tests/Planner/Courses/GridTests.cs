using System.Text;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>
/// Timetables as school systems print them: days across, sections down, cells of text, in every container.
/// </summary>
public class GridTests
{
    private static readonly Term Autumn = Terms.Terms.Of();

    /// <summary>One and the same table as HTML; the others are made of it.</summary>
    private const string Html = """
        <html><head><meta charset="utf-8"></head><body><table border="1">
        <tr><td colspan="4">测试大学 2026-2027学年第一学期 学生个人课表</td></tr>
        <tr><td>节次</td><td>星期一</td><td>星期二</td><td>星期三</td></tr>
        <tr><td>第一大节<br>(01,02小节)<br>08:00-09:40</td><td>高等数学A<br>张建国(教授)<br>1-16([周])[01-02节]<br>教1-301<br><br>形势与政策<br>王五<br>17-18([周])[01-02节]<br>教2-101</td><td>&nbsp;</td><td>体育<br>(1-2节)1-15周(单)/体育馆/赵六</td></tr>
        <tr><td>第二大节<br>(03,04小节)</td><td></td><td rowspan="2">大学物理实验<br>李四<br>3,5,9-12周<br>物理楼B112</td><td></td></tr>
        <tr><td>第三大节<br>(05,06小节)</td><td>英语<br>教师：李娜<br>地点：外语楼205<br>周次：1-8,10-16</td><td>午休</td></tr>
        <tr><td>备注</td><td colspan="3">军事训练 1-2周</td></tr>
        </table></body></html>
        """;

    private const string Rows =
        "高等数学A|张建国(教授)|教1-301|1|1-2|1-16;形势与政策|王五|教2-101|1|1-2|17-18;英语|李娜|外语楼205|1|5-6|1-8、10-16;"
        + "大学物理实验|李四|物理楼B112|2|3-6|3、5、9-12;体育|赵六|体育馆|3|1-2|1-15单";

    [Fact]
    public void A_table_of_HTML_that_is_called_xls_is_read_with_the_confidence_of_each_cell()
    {
        var read = SheetFile.Read(Encoding.UTF8.GetBytes(Html), 20);
        read.Format.ShouldBe("grid");
        Told(read).ShouldBe(Rows.Split(';'));
        read.Rows.ShouldAllBe(r => r.Errors.Count == 0 && r.Confidence >= 0.9);
        read.Rows[2].Confidence.ShouldBe(0.95);
        read.Errors.ShouldHaveSingleItem().Code.ShouldBe("no_time");
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("gb18030")]
    public void The_same_in_other_encodings(string encoding)
    {
        var bytes =
            Encoding.GetEncoding(encoding) is var text && encoding == "utf-16"
                ? [.. text.Preamble, .. text.GetBytes(Html)]
                : text.GetBytes(Html);
        SheetFile.Is(bytes).ShouldBeTrue();
        Told(SheetFile.Read(bytes, 20)).ShouldBe(Rows.Split(';'));
    }

    [Fact]
    public void A_spreadsheet_of_XML_2003_is_read_as_a_list_and_as_a_grid()
    {
        const string List = """
            <?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
            <ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><ss:Worksheet ss:Name="空"><ss:Table/></ss:Worksheet><ss:Worksheet ss:Name="课表"><ss:Table>
            <ss:Row ss:Index="3"><ss:Cell><ss:Data ss:Type="String">课程名称</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">上课星期</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">上课节次</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">上课周次</ss:Data></ss:Cell></ss:Row>
            <ss:Row><ss:Cell ss:MergeDown="1"><ss:Data ss:Type="String">数据库</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="Number">1</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="DateTime">2026-01-02T00:00:00.000</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">1-16周</ss:Data></ss:Cell></ss:Row>
            <ss:Row><ss:Cell ss:Index="2"><ss:Data ss:Type="Number">3</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">3-4节</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">全周</ss:Data></ss:Cell></ss:Row>
            </ss:Table></ss:Worksheet></ss:Workbook>
            """;
        var read = SheetFile.Read(Encoding.UTF8.GetBytes(List), 20);
        Told(read).ShouldBe(["数据库|||1|1-2|1-16", "数据库|||3|3-4|1-20"]);
        // What Excel took for the second of January is taken back, and is to be looked at.
        read.Rows.Select(r => r.Confidence).ShouldBe([0.7, 1]);
    }

    [Fact]
    public void A_grid_is_read_from_CSV_and_from_the_sheet_of_a_workbook_that_has_it()
    {
        string[][] cells =
        [
            ["", "周一", "周二", "周三"],
            ["第1节", "线性代数 [03]\n1-16周\n张三\n教3-202", "", ""],
            ["第2节", "线性代数 [03]\n1-16周\n张三\n教3-202", "", "英语\n单周\n李四"],
        ];
        var csv = string.Join('\n', cells.Select(r => string.Join(',', r.Select(c => $"\"{c}\""))));
        string[] rows = ["线性代数 [03]|张三|教3-202|1|1-2|1-16", "英语|李四||3|2-2|1-19单"];
        Told(AnyFile.Read(Encoding.UTF8.GetBytes(csv), Autumn)).ShouldBe(rows);
        Told(
                SheetFile.Read(
                    Workbooks.Package(
                        string.Concat(cells.Select(r => Workbooks.Row([.. r.Select(c => c.Replace("\n", "&#10;"))])))
                    ),
                    20
                )
            )
            .ShouldBe(rows);
        // Days down and sections across.
        var turned = string.Join(
            '\n',
            Enumerable.Range(0, 4).Select(i => string.Join(',', cells.Select(r => $"\"{r[i]}\"")))
        );
        Told(AnyFile.Read(Encoding.UTF8.GetBytes(turned), Autumn)).ShouldBe(rows);
    }

    [Fact]
    public void Merged_cells_of_a_workbook_fill()
    {
        string[] Cell(string at, string text) => [$"<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"];
        string Line(int line, params string[][] cells) =>
            $"<row r=\"{line}\">{string.Concat(cells.SelectMany(c => c))}</row>";
        var rows =
            Line(1, Cell("A1", "课表"))
            + Line(2, Cell("A2", "课程名称"), Cell("B2", "星期"), Cell("C2", "节次"), Cell("D2", "周次"))
            + Line(3, Cell("A3", "甲"), Cell("B3", "1"), Cell("C3", "0102"), Cell("D3", "1-8"))
            + Line(4, Cell("B4", "2"), Cell("C4", "3-4"));
        var file = Workbooks.Package(
            rows,
            behind: "<mergeCells count=\"3\"><mergeCell ref=\"A1:D1\"/><mergeCell ref=\"A3:A4\"/><mergeCell ref=\"D3:D4\"/></mergeCells>"
        );
        Told(SheetFile.Read(file, 20)).ShouldBe(["甲|||1|1-2|1-8", "甲|||2|3-4|1-8"]);
    }

    [Theory]
    [InlineData("高等数学\n张三\n教1-101\n1-16周", "高等数学|张三|教1-101", 0.9)]
    [InlineData("高等数学★\n(1-2节)1-16周/本部 教1-101/张三/数学2601", "高等数学|张三|本部 教1-101", 0.7)]
    [InlineData("高等数学◇张三◇1-16([周])[01-02节]◇M1-101", "高等数学|张三|M1-101", 0.9)]
    [InlineData("高等数学\n周一第1,2节{第1-16周}\n张三\n教1-101", "高等数学|张三|教1-101", 0.9)]
    [InlineData("教1-101\n高等数学\n1-16周\n张三(讲师)", "高等数学|张三(讲师)|教1-101", 0.7)]
    [InlineData("1-16周\n高等数学\n张三\n教1-101", "高等数学|张三|教1-101", 0.9)]
    [InlineData("高等数学 张三 教1-101 1-16周", "高等数学|张三|教1-101", 0.9)]
    [InlineData("Calculus\nJohn Smith\nRoom: B-204\nWeeks 1-16", "Calculus|John Smith|B-204", 0.95)]
    [InlineData("图书馆学\n1-16周\n张三\n图书馆201", "图书馆学|张三|图书馆201", 0.9)]
    [InlineData("高等数学\n周一鸣\n1-16周\n教1-101", "高等数学|周一鸣|教1-101", 0.9)]
    public void A_cell_is_told_apart_in_whatever_order_it_is(string cell, string means, double confidence)
    {
        var row = One(cell);
        $"{row.Name}|{row.Teacher}|{row.Place}".ShouldBe(means);
        (row.Day, row.SectionFrom, row.SectionTo, WeekList.Write(WeekMask.Of(row.Weeks))).ShouldBe((1, 1, 2, "1-16"));
        row.Confidence.ShouldBe(confidence);
        row.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("高等数学\n周二第1,2节{第1-16周}\n张三", "day")]
    [InlineData("高等数学\n1-16周\n张三\n3-8周\n李四\n教1-101\n教1-102", "weeks")]
    [InlineData("高等数学\n1-8,10-16周(单)\n张三", "weeks")]
    [InlineData("高等数学\n张三", "weeks")]
    public void A_cell_that_contradicts_itself_or_says_no_weeks_is_a_row_with_its_reason(string cell, string field)
    {
        var row = One(cell).Checked(Autumn);
        row.Errors.Select(e => e.Field).ShouldContain(field);
        row.Confidence.ShouldBeLessThanOrEqualTo(0.5);
    }

    [Fact]
    public void Lessons_of_a_cell_without_a_line_between_them_are_told_apart_by_their_times() =>
        Told(Grid("高等数学\n1-8周\n张三\n教1-101\n英语\n9-16周\n李四\n教1-102"))
            .ShouldBe(["高等数学|张三|教1-101|1|1-2|1-8", "英语|李四|教1-102|1|1-2|9-16"]);

    [Fact]
    public void One_course_in_two_rooms_stays_two_arrangements_in_a_grid_too()
    {
        var rows = Grid("高等数学\n1-8周\n张三\n教1-101\n\n高等数学\n9-16周\n张三\n教1-102")
            .Rows.Select(r => (r.Checked(Autumn), false))
            .ToArray();
        var course = ImportedCourses.Of(rows, Autumn, null, default).ShouldHaveSingleItem();
        course
            .Arrangements.Select(a => (WeekList.Write(a.Weeks), a.Place ?? course.Place))
            .ShouldBe([("1-8", "教1-101"), ("9-16", "教1-102")]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<table>")]
    [InlineData("<p>no table</p>")]
    [InlineData("<table><tr><td rowspan=99999999 colspan=99999999>x</td></tr></table>")]
    public void A_document_without_a_timetable_is_refused(string html) =>
        Should.Throw<SmartFlow.Platform.Errors.RefusedException>(() =>
            SheetFile.Read(Encoding.UTF8.GetBytes(html.Length == 0 ? "<" : html), 20)
        );

    [Fact]
    public void A_document_type_of_XML_is_not_followed() =>
        Should
            .Throw<SmartFlow.Platform.Errors.RefusedException>(() =>
                SheetFile.Read(
                    Encoding.UTF8.GetBytes(
                        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">&a;</Workbook>"
                    ),
                    20
                )
            )
            .Extensions!["rule"]
            .ShouldBe("file_excel");

    private static CourseRow One(string cell) => Grid(cell).Rows.ShouldHaveSingleItem();

    private static ReadFile Grid(string cell) =>
        GridRows.Read([(1, ["", "周一", "周二", "周三"]), (2, ["1-2节", cell, "", ""])], 20)!;

    private static string[] Told(ReadFile read) =>
        [
            .. read.Rows.Select(row =>
                $"{row.Name}|{row.Teacher}|{row.Place}|{row.Day}|{row.SectionFrom}-{row.SectionTo}|{WeekList.Write(WeekMask.Of(row.Weeks))}"
            ),
        ];
}
