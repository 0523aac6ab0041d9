using System.Buffers;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// Takes the data of server-sent events out of bytes as they come. Line ends may be CRLF, LF or CR, in any mixture;
/// comments and other fields are skipped; several data lines of one event are joined by LF. A line that is a bare
/// JSON object (some servers report errors so) counts as data.
/// </summary>
internal sealed class SseReader(int eventLimitBytes) : IDisposable
{
    private const int FirstBufferBytes = 4 * 1024;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private byte[]? joined;
    private int joinedLength;
    private int eventStart;
    private int lineStart;
    private int scanned;
    private int end;
    private int dataStart;
    private int dataLength = -1;
    private bool skipLineFeed;

    /// <summary>Where the next bytes go; then tell <see cref="Advance"/> how many. Never empty.</summary>
    /// <exception cref="ProviderException">malformed: one event is longer than the limit.</exception>
    public Memory<byte> Space()
    {
        if (eventStart > 0)
            Compact();
        if (end == buffer.Length)
            Grow();
        return buffer.AsMemory(end);
    }

    public void Advance(int bytes) => end += bytes;

    /// <summary>The next whole event's data, valid until <see cref="Space"/> or the next call.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> data)
    {
        while (TryLine(out var line))
        {
            if (line.Length == 0)
            {
                var found = Dispatch(out data);
                eventStart = lineStart;
                if (found)
                    return true;
            }
            else
                Field(line);
            if (dataLength < 0)
                eventStart = lineStart;
        }
        data = default;
        return false;
    }

    /// <summary>After the last byte: the event that no blank line closed.</summary>
    public bool TryReadLast(out ReadOnlyMemory<byte> data)
    {
        if (lineStart < end)
            Field(lineStart..end);
        lineStart = scanned = end;
        return Dispatch(out data);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        if (joined is not null)
            ArrayPool<byte>.Shared.Return(joined);
        joined = null;
    }

    private bool TryLine(out LineRange line)
    {
        line = default;
        if (skipLineFeed && scanned < end)
        {
            skipLineFeed = false;
            if (buffer[scanned] == '\n')
                lineStart = ++scanned;
        }
        var at = buffer.AsSpan(scanned, end - scanned).IndexOfAny((byte)'\r', (byte)'\n');
        if (at < 0)
        {
            scanned = end;
            return false;
        }
        var stop = scanned + at;
        line = new LineRange(lineStart, stop - lineStart);
        lineStart = scanned = stop + 1;
        skipLineFeed = buffer[stop] == '\r';
        return true;
    }

    private void Field(Range range) => Field(new LineRange(range.Start.Value, range.End.Value - range.Start.Value));

    private void Field(LineRange line)
    {
        var text = buffer.AsSpan(line.Start, line.Length);
        var skip = 0;
        if (text.StartsWith("data:"u8))
            skip = text.Length > 5 && text[5] == ' ' ? 6 : 5;
        else if (text[0] != '{')
            return;
        Data(new LineRange(line.Start + skip, line.Length - skip));
    }

    private void Data(LineRange line)
    {
        if (dataLength < 0)
        {
            (dataStart, dataLength) = (line.Start, line.Length);
            return;
        }
        if (joinedLength == 0)
            Join(new LineRange(dataStart, dataLength), first: true);
        Join(line, first: false);
    }

    private void Join(LineRange line, bool first)
    {
        var needed = joinedLength + line.Length + 1;
        if (needed > eventLimitBytes)
            throw TooLong();
        if (joined is null || joined.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed * 2);
            joined.AsSpan(0, joinedLength).CopyTo(larger);
            if (joined is not null)
                ArrayPool<byte>.Shared.Return(joined);
            joined = larger;
        }
        if (!first)
            joined[joinedLength++] = (byte)'\n';
        buffer.AsSpan(line.Start, line.Length).CopyTo(joined.AsSpan(joinedLength));
        joinedLength += line.Length;
    }

    private bool Dispatch(out ReadOnlyMemory<byte> data)
    {
        data =
            joinedLength > 0 ? joined.AsMemory(0, joinedLength) : buffer.AsMemory(dataStart, Math.Max(0, dataLength));
        var found = dataLength > 0 || joinedLength > 0;
        (dataStart, dataLength, joinedLength) = (0, -1, 0);
        return found;
    }

    private void Compact()
    {
        buffer.AsSpan(eventStart, end - eventStart).CopyTo(buffer);
        end -= eventStart;
        lineStart -= eventStart;
        scanned -= eventStart;
        dataStart -= Math.Min(dataStart, eventStart);
        eventStart = 0;
    }

    private void Grow()
    {
        if (buffer.Length >= eventLimitBytes + FirstBufferBytes)
            throw TooLong();
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, eventLimitBytes + FirstBufferBytes));
        buffer.AsSpan(0, end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private static ProviderException TooLong() => Failures.Malformed("an event beyond the length limit");

    private readonly record struct LineRange(int Start, int Length);
}
