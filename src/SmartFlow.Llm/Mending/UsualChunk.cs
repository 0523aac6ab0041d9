using System.Text.Unicode;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Knows a chunk that differs from one that was found right in nothing but its texts. Almost every chunk of a stream is one,
/// so that to look at them costs a comparison and a search for the quotes.
/// </summary>
internal sealed class UsualChunk
{
    /// <summary>A longer frame around the texts is not worth keeping.</summary>
    private const int MaxFrameBytes = 4 * 1024;
    private readonly List<byte[]> frame = [];

    public bool Is(ReadOnlySpan<byte> chunk)
    {
        if (frame.Count == 0 || !chunk.StartsWith(frame[0])) return false;
        for (var i = 1; i < frame.Count; i++)
        {
            chunk = chunk[frame[i - 1].Length..];
            var end = EndOf(chunk);
            if (end < 0 || !Utf8.IsValid(chunk[..end])) return false;
            chunk = chunk[end..];
            if (!chunk.StartsWith(frame[i])) return false;
        }
        return chunk.Length == frame[^1].Length;
    }

    /// <summary>A chunk that is right.</summary>
    /// <param name="chunk">With all that does not change.</param>
    /// <param name="texts">The places of what does, with their quotes, in their order.</param>
    public void Learn(ReadOnlySpan<byte> chunk, IReadOnlyList<Place> texts)
    {
        frame.Clear();
        if (texts.Count == 0) return;
        var (at, kept) = (0, 0);
        foreach (var text in texts)
        {
            frame.Add(chunk[at..(text.Start + 1)].ToArray());
            at = text.End - 1;
            kept += frame[^1].Length;
        }
        frame.Add(chunk[at..].ToArray());
        if (kept + frame[^1].Length > MaxFrameBytes) frame.Clear();
    }

    /// <summary>Where the text ends at whose beginning this stands; -1: nowhere, or it may hold half a character.</summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        for (var at = 0; ; at += 2)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return -1;
            at += next;
            if (text[at] == '"') return at;
            if (at + 2 >= text.Length || (text[at + 1] == 'u' && text[at + 2] is (byte)'d' or (byte)'D')) return -1;
        }
    }
}
