using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>
/// Small containers of workbooks, made byte by byte: whole and harmless, at the bounds of what is read.
/// </summary>
internal static class Workbooks
{
    private const int Sector = 512;
    private const uint End = 0xFFFFFFFE;
    private const uint Free = 0xFFFFFFFF;
    private const uint OfTheTable = 0xFFFFFFFD;

    /// <summary>
    /// A compound file with one stream: a table of at most 109 sectors, one sector of directory, the content.
    /// </summary>
    public static byte[] Compound(string name, byte[] content)
    {
        content = [.. content, .. new byte[Math.Max(0, 4_096 - content.Length)]];
        var sectors = (content.Length + Sector - 1) / Sector;
        var tables = (sectors + 1 + 126) / 127;
        var file = new byte[Sector * (1 + tables + 1 + sectors)];
        ((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).CopyTo(file);
        Put16(file, 24, 0x3E);
        Put16(file, 26, 3);
        Put16(file, 28, 0xFFFE);
        Put16(file, 30, 9);
        Put16(file, 32, 6);
        Put32(file, 44, (uint)tables);
        Put32(file, 48, (uint)tables);
        Put32(file, 56, 4_096);
        Put32(file, 60, End);
        Put32(file, 68, End);
        for (var i = 0; i < 109; i++)
            Put32(file, 76 + 4 * i, i < tables ? (uint)i : Free);
        for (var i = 0; i < tables * 128; i++)
            Put32(
                file,
                Sector + 4 * i,
                i < tables ? OfTheTable
                    : i == tables || i == tables + sectors ? End
                    : i < tables + sectors ? (uint)i + 1
                    : Free
            );
        var directory = Sector * (1 + tables);
        Entry(file, directory, "Root Entry", 5, End, 0);
        Entry(file, directory + 128, name, 2, (uint)tables + 1, (uint)content.Length);
        content.CopyTo(file, directory + Sector);
        return file;
    }

    /// <summary>The records of an old workbook: its beginning, then these.</summary>
    public static byte[] Records(params IEnumerable<(int Id, byte[] Content)> records)
    {
        var stream = new MemoryStream();
        foreach (var (id, content) in records.Prepend((0x809, [0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])))
        {
            stream.Write([(byte)id, (byte)(id >> 8), (byte)content.Length, (byte)(content.Length >> 8)]);
            stream.Write(content);
        }
        return stream.ToArray();
    }

    /// <summary>Records that say that so many cells are blank, as spreadsheets write them.</summary>
    public static IEnumerable<(int Id, byte[] Content)> Blanks(int cells)
    {
        for (var row = 0; cells > 0; row++)
        {
            var some = Math.Min(cells, 256);
            var content = new byte[6 + 2 * some];
            Put16(content, 0, (ushort)row);
            Put16(content, content.Length - 2, (ushort)(some - 1));
            yield return (0xBE, content);
            cells -= some;
        }
    }

    /// <summary>A new workbook whose one sheet has these rows.</summary>
    public static byte[] Package(string rows, Encoding? encoding = null, string behind = "")
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(
                "[Content_Types].xml",
                """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"""
            );
            Add(
                "_rels/.rels",
                """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
            );
            Add(
                "xl/workbook.xml",
                """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"""
            );
            Add(
                "xl/_rels/workbook.xml.rels",
                """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
            );
            Add(
                "xl/worksheets/sheet1.xml",
                $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{behind}</worksheet>"""
            );

            void Add(string name, string content)
            {
                using var part = archive.CreateEntry(name).Open();
                part.Write((encoding ?? Encoding.UTF8).GetBytes(content));
            }
        }
        return stream.ToArray();
    }

    /// <summary>A row of text.</summary>
    public static string Row(params string[] cells) =>
        $"<row>{string.Concat(cells.Select(c => $"<c t=\"inlineStr\"><is><t>{c}</t></is></c>"))}</row>";

    /// <summary>The columns of a timetable and one course, then so many empty cells.</summary>
    public static byte[] Timetable(int empty) =>
        Package(
            Row("课程名称", "星期", "开始节数", "结束节数", "老师", "地点", "周数")
                + Row("甲", "1", "1", "2", "", "", "1-8")
                + string.Concat(
                    Enumerable.Repeat($"<row>{string.Concat(Enumerable.Repeat("<c/>", 100))}</row>", empty / 100)
                )
                + string.Concat(Enumerable.Repeat("<c/>", empty % 100))
        );

    private static void Entry(byte[] file, int at, string name, byte type, uint first, uint size)
    {
        Encoding.Unicode.GetBytes(name, file.AsSpan(at));
        Put16(file, at + 64, (ushort)(2 * name.Length + 2));
        file[at + 66] = type;
        Put32(file, at + 68, Free);
        Put32(file, at + 72, Free);
        Put32(file, at + 76, type == 5 ? 1 : Free);
        Put32(file, at + 116, first);
        Put32(file, at + 120, size);
    }

    private static void Put16(byte[] file, int at, ushort number) =>
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), number);

    private static void Put32(byte[] file, int at, uint number) =>
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), number);
}
