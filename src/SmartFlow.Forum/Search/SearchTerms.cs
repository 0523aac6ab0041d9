using System.Globalization;
using System.Text;
using SmartFlow.Forum.Writing;

namespace SmartFlow.Forum.Search;

/// <summary>
/// What a text is found by, the same on every database: words of letters and digits, without case, width and accents;
/// of Chinese, Japanese and Korean every character and every pair of neighbours, so that 考研 finds 考研. A term is written
/// in a-z, 0-9, _ and #, which no tokenizer takes apart: other characters as their code in hexadecimal and a _.
/// </summary>
internal static class SearchTerms
{
    /// <summary>Terms of one search; what is beyond is not looked for.</summary>
    private const int QueryTermsMax = 24;

    private const int WordRunesMax = 40;

    /// <summary>Every term of the texts, once.</summary>
    public static IReadOnlyCollection<string> Of(params ReadOnlySpan<string> texts)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        foreach (var run in Runs(text))
        {
            if (!run.Cjk)
            {
                terms.Add(Word(run.Runes));
                continue;
            }
            for (var i = 0; i < run.Runes.Count; i++)
            {
                terms.Add(Code(run.Runes[i]));
                if (i > 0)
                    terms.Add(Code(run.Runes[i - 1]) + Code(run.Runes[i]));
            }
        }
        return terms;
    }

    /// <summary>What all must be there: pairs where there are pairs; words may go on behind what was typed.</summary>
    public static IReadOnlyList<SearchTerm> OfQuery(string text)
    {
        var terms = new List<SearchTerm>();
        foreach (var run in Runs(text))
            if (!run.Cjk)
                terms.Add(new(Word(run.Runes), Prefix: true));
            else if (run.Runes.Count == 1)
                terms.Add(new(Code(run.Runes[0]), Prefix: false));
            else
                for (var i = 1; i < run.Runes.Count; i++)
                    terms.Add(new(Code(run.Runes[i - 1]) + Code(run.Runes[i]), Prefix: false));
        return [.. terms.Distinct().Take(QueryTermsMax)];
    }

    /// <summary>The term of a whole tag.</summary>
    public static string OfTag(string key)
    {
        var term = new StringBuilder("#");
        foreach (var rune in key.EnumerateRunes())
            term.Append(Code(rune));
        return term.ToString();
    }

    private static IEnumerable<(List<Rune> Runes, bool Cjk)> Runs(string text)
    {
        var run = new List<Rune>();
        var cjk = false;
        foreach (var rune in Folding.Fold(text).EnumerateRunes())
        {
            var here = IsCjk(rune);
            if (run.Count > 0 && (!Rune.IsLetterOrDigit(rune) || here != cjk))
            {
                yield return (run, cjk);
                run = [];
            }
            if (!Rune.IsLetterOrDigit(rune))
                continue;
            cjk = here;
            run.Add(rune);
        }
        if (run.Count > 0)
            yield return (run, cjk);
    }

    private static string Word(List<Rune> runes)
    {
        var term = new StringBuilder();
        var plain = runes.TrueForAll(r => r.IsAscii);
        foreach (var rune in runes.Take(WordRunesMax))
            term.Append(plain ? rune.ToString() : Code(rune));
        return term.ToString();
    }

    private static string Code(Rune rune) => rune.Value.ToString("x", CultureInfo.InvariantCulture) + "_";

    private static bool IsCjk(Rune rune) =>
        rune.Value
            is (>= 0x2E80 and <= 0x2FDF)
                or (>= 0x3040 and <= 0x31FF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x4E00 and <= 0x9FFF)
                or 0x3005
                or 0x3007
                or (>= 0x1100 and <= 0x11FF)
                or (>= 0xA960 and <= 0xA97F)
                or (>= 0xAC00 and <= 0xD7FF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x1B000 and <= 0x1B16F)
                or (>= 0x20000 and <= 0x3FFFF);
}

/// <param name="Text">As <see cref="SearchTerms"/> writes it.</param>
/// <param name="Prefix">Terms that begin with it count, too.</param>
internal readonly record struct SearchTerm(string Text, bool Prefix);
