using System.Text;

namespace SmartFlow.Memory.Recalling;

/// <summary>
/// What a text is found by: words of letters and digits without case; of Chinese, Japanese and Korean every character
/// and every pair of neighbours. A user's items are few, so they are compared here and have no index (decision 0252).
/// </summary>
internal static class SearchTerms
{
    public static HashSet<string> Of(string text)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        Rune? before = null;
        foreach (var rune in text.EnumerateRunes())
        {
            var cjk = IsCjk(rune);
            if (cjk || !Rune.IsLetterOrDigit(rune))
                Flush();
            if (cjk)
            {
                terms.Add(rune.ToString());
                if (before is { } left)
                    terms.Add(left.ToString() + rune);
            }
            else if (Rune.IsLetterOrDigit(rune))
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            before = cjk ? rune : null;
        }
        Flush();
        return terms;

        void Flush()
        {
            if (word.Length > 0)
                terms.Add(word.ToString());
            word.Clear();
        }
    }

    /// <summary>Of the terms that either has, the share that both have.</summary>
    public static double Likeness(string one, string other)
    {
        var (a, b) = (Of(one), Of(other));
        var both = a.Count(b.Contains);
        return a.Count + b.Count == 0 ? 0 : (double)both / (a.Count + b.Count - both);
    }

    /// <summary>The same words in whatever case and with whatever signs between them.</summary>
    public static bool Same(string one, string other) => Of(one).SetEquals(Of(other));

    private static bool IsCjk(Rune rune) =>
        rune.Value
            is (>= 0x2E80 and <= 0x2FDF)
                or (>= 0x3040 and <= 0x31FF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x1100 and <= 0x11FF)
                or (>= 0xAC00 and <= 0xD7FF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF);
}
