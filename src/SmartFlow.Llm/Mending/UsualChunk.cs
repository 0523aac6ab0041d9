using System.Text.Unicode;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Knows a chunk that differs from one that was found right in nothing but its text. Almost every chunk of a stream is one,
/// so that to look at them costs two comparisons and a search for a quote.
/// </summary>
internal sealed class UsualChunk
{
    /// <summary>A longer frame around a text is not worth keeping.</summary>
    private const int MaxFrameBytes = 4 * 1024;
    private byte[] before = [];
    private byte[] behind = [];

    public bool Is(ReadOnlySpan<byte> chunk)
    {
        if (before.Length == 0 || chunk.Length < before.Length + behind.Length || !chunk.StartsWith(before) || !chunk.EndsWith(behind)) return false;
        var text = chunk[before.Length..^behind.Length];
        return text.IndexOf((byte)'"') < 0 && Utf8.IsValid(text)
            && (text.IndexOf((byte)'\\') < 0 || (text[^1] != '\\' && text.IndexOf("\\ud"u8) < 0 && text.IndexOf("\\uD"u8) < 0));
    }

    /// <summary>A chunk that is right, with its text between the quotes at this place.</summary>
    public void Learn(ReadOnlySpan<byte> chunk, Place text)
    {
        var (start, end) = (text.Start + 1, text.End - 1);
        if (start + chunk.Length - end > MaxFrameBytes) return;
        before = chunk[..start].ToArray();
        behind = chunk[end..].ToArray();
    }
}
