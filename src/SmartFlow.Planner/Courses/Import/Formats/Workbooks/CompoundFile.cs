using System.Buffers.Binary;
using System.Text;

namespace SmartFlow.Planner.Courses.Import.Formats.Workbooks;

/// <summary>
/// The compound container of old workbooks ([MS-CFB], version 3), followed with bounds: every table and chain lies in
/// the file, no chain meets itself, and nothing is encrypted. Pure; what it allocates is at most as large as the file.
/// </summary>
internal ref struct CompoundFile
{
    private const int HeaderBytes = 512;
    private const int SectorBytes = 512;
    private const int SmallSectorBytes = 64;
    private const int SmallStreamBytes = 4_096;
    private const int EntryBytes = 128;
    private const int EntriesMax = 1_024;
    private const int TableSectorsInHeader = 109;
    private const uint Free = 0xFFFFFFFF;
    private const uint EndOfChain = 0xFFFFFFFE;
    private const byte StreamType = 2;
    private static readonly string[] Encrypted = ["EncryptedPackage", "EncryptionInfo"];
    private static readonly string[] Workbook = ["Workbook", "Book"];

    private readonly ReadOnlySpan<byte> file;
    private readonly int sectors;
    private uint[] table = [];

    private CompoundFile(ReadOnlySpan<byte> file)
    {
        this.file = file;
        sectors = (file.Length - HeaderBytes + SectorBytes - 1) / SectorBytes;
    }

    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);

    /// <summary>The stream with the workbook's records.</summary>
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: encrypted, broken, or beyond the
    /// limits.</exception>
    public static byte[] ReadWorkbook(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes)
            throw Unreadable.NoWorkbook();
        return new CompoundFile(bytes).Read();
    }

    private byte[] Read()
    {
        // Version 4 has larger sectors, which old workbooks never had.
        if (Number16(30) != 9 || Number16(32) != 6 || Number32(56) != SmallStreamBytes)
            throw Unreadable.NoWorkbook();
        table = SectorTable();
        var directory = Sectors(Chain(Number32(48), table, sectors));
        if (directory.Length == 0)
            throw Unreadable.NoWorkbook();
        if (directory.Length / EntryBytes > EntriesMax)
            throw Unreadable.TooManyParts(EntriesMax);
        if (Find(directory, Encrypted) >= 0)
            throw Unreadable.Encrypted();
        var at = Find(directory, Workbook);
        return at >= 0 && directory[at + 66] == StreamType ? Stream(directory, at) : throw Unreadable.NoWorkbook();
    }

    /// <summary>A file of this size needs no more sectors of the table than the header names.</summary>
    private readonly uint[] SectorTable()
    {
        if (Number32(72) != 0)
            throw Unreadable.NoWorkbook();
        List<uint> places = [];
        for (var i = 0; i < TableSectorsInHeader; i++)
            if (Number32(76 + 4 * i) is var place and not (Free or EndOfChain))
                places.Add(place);
        return places.Distinct().Count() == places.Count && places.TrueForAll(IsInside(sectors))
            ? Numbers(Sectors(places))
            : throw Unreadable.NoWorkbook();
    }

    private readonly byte[] Stream(byte[] directory, int entry)
    {
        var (first, size) = (
            BinaryPrimitives.ReadUInt32LittleEndian(directory.AsSpan(entry + 116)),
            BinaryPrimitives.ReadUInt32LittleEndian(directory.AsSpan(entry + 120))
        );
        if (size == 0 || size > file.Length)
            throw Unreadable.NoWorkbook();
        var content = size < SmallStreamBytes ? Small(directory, first) : Sectors(Chain(first, table, sectors));
        return size <= content.Length ? content[..(int)size] : throw Unreadable.EndsInside("Workbook");
    }

    /// <summary>Small streams lie in the stream of the root, with a table of their own.</summary>
    private readonly byte[] Small(byte[] directory, uint first)
    {
        var container = Sectors(Chain(BinaryPrimitives.ReadUInt32LittleEndian(directory.AsSpan(116)), table, sectors));
        var small = Numbers(Sectors(Chain(Number32(60), table, sectors)));
        var content = new List<byte>();
        foreach (var sector in Chain(first, small, container.Length / SmallSectorBytes))
            content.AddRange(container.AsSpan((int)sector * SmallSectorBytes, SmallSectorBytes));
        return [.. content];
    }

    private static List<uint> Chain(uint first, uint[] table, int sectors)
    {
        var (chain, seen) = (new List<uint>(), new HashSet<uint>());
        for (var sector = first; sector is not (EndOfChain or Free); sector = table[sector])
        {
            if (sector >= sectors || sector >= table.Length || !seen.Add(sector))
                throw Unreadable.NoWorkbook();
            chain.Add(sector);
        }
        return chain;
    }

    private readonly byte[] Sectors(List<uint> places)
    {
        var content = new byte[places.Count * SectorBytes];
        foreach (var (index, place) in places.Index())
        {
            var rest = file[(HeaderBytes + (int)place * SectorBytes)..];
            // The last one of a file may be cut short.
            rest[..Math.Min(rest.Length, SectorBytes)].CopyTo(content.AsSpan(index * SectorBytes));
        }
        return content;
    }

    private static uint[] Numbers(byte[] bytes)
    {
        var numbers = new uint[bytes.Length / 4];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i));
        return numbers;
    }

    private static Predicate<uint> IsInside(int sectors) => sector => sector < sectors;

    /// <summary>Where the first entry of one of these names begins; -1: none.</summary>
    private static int Find(byte[] directory, string[] names)
    {
        for (var at = 0; at + EntryBytes <= directory.Length; at += EntryBytes)
        {
            var length = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(directory.AsSpan(at + 64)), 64);
            var name = Encoding.Unicode.GetString(directory, at, length).TrimEnd('\0');
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
                return at;
        }
        return -1;
    }

    private readonly ushort Number16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private readonly uint Number32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
