using System.Buffers;
using System.Text.Unicode;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Knows a chunk that differs from one that was found right in nothing but its texts. Almost every chunk of a stream is
/// one, so that to look at them costs a comparison and a search for the quotes.
/// </summary>
internal sealed class UsualChunk
{
    /// <summary>A longer frame around the texts is not worth keeping.</summary>
    private const int MaxFrameBytes = 4 * 1024;

    /// <summary>What ends a text, begins an escape or may not stand in one.</summary>
    private static readonly SearchValues<byte> Ends = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(b => (byte)b),
        (byte)'"',
        (byte)'\\',
    ]);
    private static readonly SearchValues<byte> Escapes = SearchValues.Create("\"\\/bfnrt"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private readonly List<byte[]> frame = [];
    private int main;

    public bool Is(ReadOnlySpan<byte> chunk) => Is(chunk, out _);

    /// <param name="chunk">Right in every byte if so.</param>
    /// <param name="text">The place of its main text with the quotes.</param>
    public bool Is(ReadOnlySpan<byte> chunk, out Place text)
    {
        text = default;
        if (frame.Count == 0 || !chunk.StartsWith(frame[0]))
            return false;
        var at = 0;
        for (var i = 1; i < frame.Count; i++)
        {
            at += frame[i - 1].Length;
            var end = EndOf(chunk[at..]);
            if (end < 0 || !Utf8.IsValid(chunk.Slice(at, end)))
                return false;
            if (i - 1 == main)
                text = new Place(at - 1, at + end + 1);
            at += end;
            if (!chunk[at..].StartsWith(frame[i]))
                return false;
        }
        return chunk.Length == at + frame[^1].Length;
    }

    /// <summary>A chunk that is right.</summary>
    /// <param name="chunk">With all that does not change.</param>
    /// <param name="texts">The places of what does, with their quotes, in their order.</param>
    /// <param name="mainText">Which of them is asked for.</param>
    public void Learn(ReadOnlySpan<byte> chunk, IReadOnlyList<Place> texts, int mainText = 0)
    {
        frame.Clear();
        main = mainText;
        if (texts.Count == 0)
            return;
        var (at, kept) = (0, 0);
        foreach (var text in texts)
        {
            frame.Add(chunk[at..(text.Start + 1)].ToArray());
            at = text.End - 1;
            kept += frame[^1].Length;
        }
        frame.Add(chunk[at..].ToArray());
        if (kept + frame[^1].Length > MaxFrameBytes)
            frame.Clear();
    }

    /// <summary>
    /// Where the text ends at whose beginning this stands; -1: nowhere, it is none, or it may hold half a character.
    /// </summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        for (var at = 0; ; )
        {
            var next = text[at..].IndexOfAny(Ends);
            if (next < 0)
                return -1;
            at += next;
            if (text[at] == '"')
                return at;
            if (text[at] != '\\' || at + 6 >= text.Length)
                return -1;
            if (Escapes.Contains(text[at + 1]))
                at += 2;
            else if (
                text[at + 1] == 'u'
                && text[at + 2] is not ((byte)'d' or (byte)'D')
                && !text.Slice(at + 2, 4).ContainsAnyExcept(Digits)
            )
                at += 6;
            else
                return -1;
        }
    }
}
