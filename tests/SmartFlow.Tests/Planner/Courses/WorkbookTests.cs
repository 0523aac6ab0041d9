using System.Text;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>What is seen of a workbook's container before a library sees it.</summary>
public class WorkbookTests
{
    [Theory]
    [InlineData("EncryptionInfo")]
    [InlineData("EncryptedPackage")]
    public void An_encrypted_package_is_told_by_its_container(string stream) =>
        Refused(Workbooks.Compound(stream, [1])).ShouldBe("file_encrypted");

    [Fact]
    public void An_encrypted_old_workbook_is_told_by_its_records() =>
        Refused(Workbooks.Compound("Workbook", Workbooks.Records((0x2F, [0, 0])))).ShouldBe("file_encrypted");

    [Fact]
    public void An_encrypted_part_is_told_by_the_directory()
    {
        var file = Workbooks.Timetable(0);
        var at = file.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        file[at + 8] |= 1;
        Refused(file).ShouldBe("file_encrypted");
    }

    [Fact]
    public void Blank_cells_of_an_old_workbook_are_counted_before_they_are_made()
    {
        Should.NotThrow(() =>
            ExcelSheet.CheckContainer(
                Workbooks.Compound("Workbook", Workbooks.Records(Workbooks.Blanks(ExcelSheet.CellsMax)))
            )
        );
        Refused(Workbooks.Compound("Workbook", Workbooks.Records(Workbooks.Blanks(ExcelSheet.CellsMax + 1))))
            .ShouldBe("file_cells");
    }

    [Fact]
    public void Empty_cells_of_a_new_workbook_are_counted_before_they_are_made()
    {
        // Fourteen cells are the timetable.
        ExcelSheet
            .Read(Workbooks.Timetable(ExcelSheet.CellsMax - 14), 20)
            .Rows.ShouldHaveSingleItem()
            .Name.ShouldBe("甲");
        Refused(Workbooks.Timetable(ExcelSheet.CellsMax - 13)).ShouldBe("file_cells");
    }

    [Fact]
    public void Cells_are_counted_in_every_spelling_of_XML()
    {
        var cells = string.Concat(Enumerable.Repeat("<x:c />", ExcelSheet.CellsMax + 1));
        Refused(Workbooks.Package(cells)).ShouldBe("file_cells");
        Refused(Workbooks.Package(cells, Encoding.BigEndianUnicode)).ShouldBe("file_cells");
    }

    [Theory]
    [InlineData(30, 12)] // larger sectors
    [InlineData(32, 20)] // larger small sectors
    [InlineData(72, 9)] // a table of the table
    [InlineData(76, 200)] // a table behind the end of the file
    [InlineData(48, 77)] // a directory there
    [InlineData(516, 1)] // a directory that follows itself
    [InlineData(518 + 2, 2)] // content that follows itself
    [InlineData(1_024 + 128 + 116, 90)] // content behind the end
    [InlineData(1_024 + 128 + 122, 9)] // content larger than the file
    [InlineData(1_024 + 128 + 66, 1)] // a folder of that name
    public void A_container_that_points_out_of_itself_or_in_a_circle_is_no_workbook(int at, byte value)
    {
        var file = Workbooks.Compound("Workbook", Workbooks.Records());
        Should.NotThrow(() => ExcelSheet.CheckContainer(file));
        file[at] = value;
        Refused(file).ShouldBe("file_excel");
    }

    [Fact]
    public void A_sheet_inside_of_another_record_is_no_workbook() =>
        Refused(Workbooks.Compound("Workbook", Workbooks.Records((0x85, [24, 0, 0, 0, 0, 0, 1, 0, 65]))))
            .ShouldBe("file_excel");

    [Fact]
    public void Numbers_for_more_columns_than_the_record_has_are_no_workbook() =>
        Refused(Workbooks.Compound("Workbook", Workbooks.Records((0xBD, [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0]))))
            .ShouldBe("file_excel");

    [Theory]
    [InlineData(12, 1)] // packed otherwise than any workbook
    [InlineData(23, 0x7F)] // packed to more than the file has
    [InlineData(44, 0x7F)] // beginning behind the directory
    public void A_directory_that_does_not_fit_the_file_is_no_workbook(int at, byte value)
    {
        var file = Workbooks.Timetable(0);
        file[file.AsSpan().IndexOf("PK\u0001\u0002"u8) + (at == 12 ? 10 : at)] = value;
        Refused(file).ShouldBe("file_excel");
    }

    [Fact]
    public void A_part_that_says_it_is_large_is_refused_unopened()
    {
        var file = Workbooks.Timetable(0);
        file[file.AsSpan().IndexOf("PK\u0001\u0002"u8) + 27] = 2;
        Refused(file).ShouldBe("file_unpacked");
    }

    [Fact]
    public void The_program_reads_a_sheet_from_its_input_and_answers_with_rows_or_the_reason()
    {
        Parsed(Workbooks.Timetable(0)).ShouldContain("\"name\":\"甲\"");
        Parsed(Encoding.UTF8.GetBytes("PK\u0003\u0004")).ShouldContain("\"rule\":\"file_excel\"");
        Parsed(Workbooks.Timetable(ExcelSheet.CellsMax)).ShouldContain("\"values\":{\"max\":250000}");
        Parsed(new byte[Photo.BytesMax + 1]).ShouldContain("file_excel");
    }

    [Fact]
    public void Rows_at_one_hour_name_a_few_of_those_that_they_meet()
    {
        var rows = Enumerable
            .Range(1, RowList.RowsMax)
            .Select(i => new CourseRow(i, i, $"课{i}", "", "", 1, 1 + i % 2, 2, [1, 2, 3], 1, []))
            .ToArray();
        RowConflicts.Among(rows, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var among = RowConflicts.Among(rows, 10);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 * 1_024 * 1_024);
        rows.ShouldAllBe(r => among[r.Row].Count() == 10);
        among[1].Select(c => c.Row).ShouldBeUnique();
    }

    [Fact]
    public void Sorted_rows_find_the_same_conflicts_as_every_row_with_every_other()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var rows = Enumerable
                .Range(1, 30)
                .Select(i =>
                {
                    var from = random.Next(1, 11);
                    return new CourseRow(
                        i,
                        i,
                        $"{random.Next(4)}",
                        "",
                        "",
                        random.Next(1, 4),
                        from,
                        from + random.Next(0, 3),
                        [random.Next(1, 4)],
                        1,
                        []
                    );
                })
                .ToArray();
            var among = RowConflicts.Among(rows, 100);
            foreach (var row in rows)
                among[row.Row]
                    .Select(c => c.Row!.Value)
                    .Order()
                    .ShouldBe(
                        rows.Where(o =>
                                o.Row != row.Row
                                && !RowConflicts.BelongTogether(o, row)
                                && RowConflicts.TimeOf(row)!.Value.CommonWeeks(RowConflicts.TimeOf(o)!.Value) != 0
                            )
                            .Select(o => o.Row)
                    );
        }
    }

    private static string Parsed(byte[] file)
    {
        using var output = new MemoryStream();
        ParseSheet.Run("60", "20", new MemoryStream(file), output).ShouldBe(0);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static string? Refused(byte[] file) =>
        Should.Throw<RefusedException>(() => ExcelSheet.Read(file, 20)).Extensions!["rule"] as string;
}
