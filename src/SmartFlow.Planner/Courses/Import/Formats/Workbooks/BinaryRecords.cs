using System.Buffers.Binary;

namespace SmartFlow.Planner.Courses.Import.Formats.Workbooks;

/// <summary>
/// The records of an old workbook ([MS-XLS]), walked once and counted before anything is made of them. Pure.
/// </summary>
internal static class BinaryRecords
{
    private const int RecordsMax = 1_000_000;
    private const int FilePass = 0x2F;
    private const int SharedStrings = 0xFC;
    private const int BoundSheet = 0x85;
    private const int ManyNumbers = 0xBD;
    private const int ManyBlanks = 0xBE;

    /// <summary>Blank, number, text, formula and so on, of every version.</summary>
    private static readonly HashSet<int> Cells =
    [
        0x01,
        0x02,
        0x03,
        0x04,
        0x05,
        0x06,
        0xD6,
        0xFD,
        0x201,
        0x202,
        0x203,
        0x204,
        0x205,
        0x206,
        0x27E,
        0x406,
    ];

    private static readonly HashSet<int> Beginnings = [0x09, 0x209, 0x409, 0x809];

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: encrypted, broken, or too many
    /// cells.</exception>
    public static void Check(ReadOnlySpan<byte> stream)
    {
        var (records, cells, begun, sheets) = (0, 0L, new HashSet<uint>(), new List<uint>());
        for (var at = 0; at + 4 <= stream.Length; )
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(stream[at..]);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(stream[(at + 2)..]);
            if (at == 0 && !Beginnings.Contains(id))
                throw Unreadable.NoWorkbook();
            if (at + 4 + length > stream.Length)
                break;
            var content = stream.Slice(at + 4, length);
            if (id == FilePass)
                throw Unreadable.Encrypted();
            if (Beginnings.Contains(id))
                begun.Add((uint)at);
            if (id == BoundSheet && length >= 4)
                sheets.Add(BinaryPrimitives.ReadUInt32LittleEndian(content));
            if (
                id == SharedStrings
                && length >= 8
                && BinaryPrimitives.ReadUInt32LittleEndian(content[4..]) > ExcelSheet.CellsMax
            )
                throw Unreadable.TooManyCells(ExcelSheet.CellsMax);
            cells += CellsOf(id, content);
            if (cells > ExcelSheet.CellsMax || ++records > RecordsMax)
                throw Unreadable.TooManyCells(ExcelSheet.CellsMax);
            at += 4 + length;
        }
        // A sheet that began inside of another record would have cells that were not counted.
        if (!sheets.TrueForAll(begun.Contains))
            throw Unreadable.NoWorkbook();
    }

    private static long CellsOf(int id, ReadOnlySpan<byte> content)
    {
        if (Cells.Contains(id))
            return 1;
        if (id is not (ManyNumbers or ManyBlanks))
            return 0;
        if (content.Length < 6)
            throw Unreadable.NoWorkbook();
        var (first, last) = (
            BinaryPrimitives.ReadUInt16LittleEndian(content[2..]),
            BinaryPrimitives.ReadUInt16LittleEndian(content[^2..])
        );
        var room = (content.Length - 6) / (id == ManyNumbers ? 6 : 2);
        return last - first + 1 <= room ? room : throw Unreadable.NoWorkbook();
    }
}
