using System.Text;

namespace SmartFlow.Llm.Providers.Demo;

/// <summary>
/// The offline model's tokens. The rule: every four ASCII characters that have begun are one token, every other
/// character (a Chinese one, an emoji) is one token of its own.
/// </summary>
internal static class DemoTokens
{
    private const int AsciiPerToken = 4;
    private const int CharactersPerPiece = 6;

    public static int Count(string text)
    {
        var (ascii, other) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
            if (rune.IsAscii)
                ascii++;
            else
                other++;
        return (ascii + AsciiPerToken - 1) / AsciiPerToken + other;
    }

    /// <summary>The longest beginning of the text that has at most that many tokens.</summary>
    public static string Cut(string text, int tokens)
    {
        var (ascii, other, length) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
                ascii++;
            else
                other++;
            if ((ascii + AsciiPerToken - 1) / AsciiPerToken + other > tokens)
                break;
            length += rune.Utf16SequenceLength;
        }
        return text[..length];
    }

    /// <summary>The text in the pieces of a stream; a character is never split.</summary>
    public static IEnumerable<string> Pieces(string text)
    {
        var piece = new StringBuilder();
        var characters = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            piece.Append(rune.ToString());
            if (++characters % CharactersPerPiece != 0)
                continue;
            yield return piece.ToString();
            piece.Clear();
        }
        if (piece.Length > 0)
            yield return piece.ToString();
    }
}
