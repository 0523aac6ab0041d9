using System.Globalization;
using System.Text;

namespace SmartFlow.Forum.Writing;

/// <summary>
/// What makes two ways to write a word the same: case, the width of East Asian keyboards and accents of Latin letters.
/// By a table of our own, because the program runs without ICU and so without Unicode's normal forms.
/// </summary>
internal static class Folding
{
    private const char FirstWide = '！';
    private const char LastWide = '～';
    private const char FirstNarrow = '!';

    private const string Accented =
        "àáâãäåāăąçćĉċčďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĺļľŀłñńņňŉòóôõöøōŏőŕŗřśŝşšţťŧùúûüũūŭůűųŵýÿŷźżž";

    private const string Bare =
        "aaaaaaaaacccccddeeeeeeeeegggghhiiiiiiiiijklllllnnnnnooooooooorrrsssstttuuuuuuuuuuwyyyzzz";

    private static readonly Dictionary<int, Rune> Letters = Accented
        .Zip(Bare)
        .ToDictionary(p => (int)p.First, p => new Rune(p.Second));

    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.NonSpacingMark)
                folded.Append(Fold(rune).ToString());
        return folded.ToString();
    }

    private static Rune Fold(Rune rune)
    {
        var narrow = rune.Value is >= FirstWide and <= LastWide ? new Rune(rune.Value - FirstWide + FirstNarrow) : rune;
        var lower = Rune.ToLowerInvariant(narrow);
        return Letters.GetValueOrDefault(lower.Value, lower);
    }
}
