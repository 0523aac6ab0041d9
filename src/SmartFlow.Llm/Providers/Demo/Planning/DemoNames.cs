namespace SmartFlow.Llm.Providers.Demo.Planning;

/// <summary>Which of some names a text means. Pure.</summary>
internal static class DemoNames
{
    private const int LeastChinese = 2;
    private const int LeastLatin = 4;

    /// <summary>
    /// Those that stand whole in the text, the longest of what overlaps; without any, those that share the longest
    /// piece with it. In the order of the text.
    /// </summary>
    public static List<T> Match<T>(IEnumerable<T> candidates, Func<T, string> nameOf, string text)
    {
        var all = candidates.Select(c => (Candidate: c, Name: nameOf(c))).Where(c => c.Name.Length > 0).ToList();
        var whole = all.Select(c => (c.Candidate, c.Name, At: text.IndexOf(c.Name, StringComparison.OrdinalIgnoreCase)))
            .Where(c => c.At >= 0)
            .ToList();
        var kept = whole
            .Where(c =>
                !whole.Exists(o =>
                    o.Name.Length > c.Name.Length && o.At <= c.At && c.At + c.Name.Length <= o.At + o.Name.Length
                )
            )
            .OrderBy(c => c.At)
            .Select(c => c.Candidate)
            .ToList();
        if (kept.Count > 0)
            return kept;
        var scored = all.Select(c => (c.Candidate, Score: Shared(c.Name, text))).Where(c => c.Score > 0).ToList();
        var best = scored.Count == 0 ? 0 : scored.Max(c => c.Score);
        return [.. scored.Where(c => c.Score == best).Select(c => c.Candidate)];
    }

    /// <summary>The length of the longest piece that both have; 0 where it is too short to mean something.</summary>
    private static int Shared(string name, string text)
    {
        var best = 0;
        for (var i = 0; i < name.Length; i++)
        for (var length = name.Length - i; length > best; length--)
        {
            var piece = name.Substring(i, length);
            if (length < (piece.All(char.IsAscii) ? LeastLatin : LeastChinese))
                break;
            if (!text.Contains(piece, StringComparison.OrdinalIgnoreCase))
                continue;
            best = length;
            break;
        }
        return best;
    }
}
