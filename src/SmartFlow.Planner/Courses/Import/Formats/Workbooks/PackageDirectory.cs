using System.Buffers.Binary;

namespace SmartFlow.Planner.Courses.Import.Formats.Workbooks;

/// <summary>
/// The directory at the end of a new workbook's archive (APPNOTE.TXT 4.3), read with bounds before anything opens it:
/// few parts, none encrypted, all in the file and none in another, and what they say they unpack to. Pure. What they
/// say may be untrue, so <see cref="PackageParts"/> counts again.
/// </summary>
internal static class PackageDirectory
{
    private const int EndBytes = 22;
    private const int CommentMax = 65_535;
    private const int HeaderBytes = 46;
    private const uint EndMark = 0x06054B50;
    private const uint HeaderMark = 0x02014B50;
    private const uint Elsewhere = 0xFFFFFFFF;

    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: encrypted, broken, or beyond the
    /// limits.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        var end = End(file);
        var (count, at) = ((int)Number16(file, end + 10), Number32(file, end + 16));
        if (count > ExcelSheet.PartsMax)
            throw Unreadable.TooManyParts(ExcelSheet.PartsMax);
        if (count == 0 || at >= end)
            throw Unreadable.NoWorkbook();
        var (next, packed, unpacked) = ((int)at, 0UL, 0UL);
        for (var i = 0; i < count; i++)
        {
            var part = Part(file[..end], next);
            if ((packed += part.Packed) > at)
                throw Unreadable.NoWorkbook();
            if ((unpacked += part.Unpacked) > ExcelSheet.UnpackedBytesMax)
                throw Unreadable.UnpacksTooLarge(ExcelSheet.UnpackedBytesMax / 1_024 / 1_024);
            next = part.Next;
        }
    }

    private static int End(ReadOnlySpan<byte> file)
    {
        for (var at = file.Length - EndBytes; at >= Math.Max(0, file.Length - EndBytes - CommentMax); at--)
            if (Number32(file, at) == EndMark && at + EndBytes + Number16(file, at + 20) == file.Length)
                return at;
        throw Unreadable.NoWorkbook();
    }

    private static (ulong Packed, ulong Unpacked, int Next) Part(ReadOnlySpan<byte> file, int at)
    {
        if (at + HeaderBytes > file.Length || Number32(file, at) != HeaderMark)
            throw Unreadable.NoWorkbook();
        if ((Number16(file, at + 8) & 1) != 0)
            throw Unreadable.Encrypted();
        var (name, extra, comment) = (Number16(file, at + 28), Number16(file, at + 30), Number16(file, at + 32));
        var next = at + HeaderBytes + name + extra + comment;
        if (Number16(file, at + 10) is not (0 or 8) || next > file.Length)
            throw Unreadable.NoWorkbook();
        ulong packed = Number32(file, at + 20),
            unpacked = Number32(file, at + 24),
            place = Number32(file, at + 42);
        var large = LargeNumbers(file.Slice(at + HeaderBytes + name, extra));
        Take(ref unpacked, ref large);
        Take(ref packed, ref large);
        Take(ref place, ref large);
        return place + packed <= (ulong)at ? (packed, unpacked, next) : throw Unreadable.NoWorkbook();
    }

    /// <summary>Some writers put the numbers of small parts, too, where those of large ones go (4.5.3).</summary>
    private static ReadOnlySpan<byte> LargeNumbers(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var length = Math.Min((int)Number16(extra, 2), extra.Length - 4);
            if (Number16(extra, 0) == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    private static void Take(ref ulong number, ref ReadOnlySpan<byte> large)
    {
        if (number != Elsewhere)
            return;
        if (large.Length < 8)
            throw Unreadable.NoWorkbook();
        number = Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(large), uint.MaxValue);
        large = large[8..];
    }

    private static ushort Number16(ReadOnlySpan<byte> file, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint Number32(ReadOnlySpan<byte> file, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
