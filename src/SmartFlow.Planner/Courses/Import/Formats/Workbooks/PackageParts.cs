using System.IO.Compression;

namespace SmartFlow.Planner.Courses.Import.Formats.Workbooks;

/// <summary>
/// Unpacks the parts of a new workbook once and counts bytes, cells and strings, because the sizes that an archive
/// tells of itself may lie, and because a cell costs whoever parses it many times its bytes.
/// </summary>
internal static class PackageParts
{
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument: broken, or beyond the limits.</exception>
    public static void Check(byte[] file)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
            var (buffer, total) = (new byte[64 * 1_024], 0L);
            foreach (var entry in archive.Entries)
            {
                using var content = entry.Open();
                var tags = new Tags();
                for (int read; (read = content.Read(buffer)) > 0; )
                {
                    if ((total += read) > ExcelSheet.UnpackedBytesMax)
                        throw Unreadable.UnpacksTooLarge(ExcelSheet.UnpackedBytesMax / 1_024 / 1_024);
                    tags.Read(buffer.AsSpan(0, read));
                    if (tags.Cells > ExcelSheet.CellsMax || tags.Strings > ExcelSheet.CellsMax)
                        throw Unreadable.TooManyCells(ExcelSheet.CellsMax);
                }
            }
        }
        catch (Exception e)
            when (e is InvalidDataException or EndOfStreamException or NotSupportedException or IOException)
        {
            throw Unreadable.NoWorkbook();
        }
    }

    /// <summary>
    /// Counts the elements c and si, with any prefix, in any encoding whose ASCII is ASCII but for zero bytes.
    /// </summary>
    private struct Tags
    {
        private bool inside;
        private int length;
        private ushort name;

        public int Cells { get; private set; }

        public int Strings { get; private set; }

        public void Read(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
            {
                if (!inside)
                {
                    if (b == '<')
                        (inside, length, name) = (true, 0, 0);
                    continue;
                }
                if (b == 0)
                    continue;
                if (b == ':')
                    (length, name) = (0, 0);
                else if (b is (byte)'>' or (byte)'/' or <= 32)
                    End();
                else if (++length <= 2)
                    name = (ushort)((name << 8) | b);
            }
        }

        private void End()
        {
            inside = false;
            if (length == 1 && name == 'c')
                Cells++;
            else if (length == 2 && name == (('s' << 8) | 'i'))
                Strings++;
        }
    }
}
