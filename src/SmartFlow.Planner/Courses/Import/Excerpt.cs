namespace SmartFlow.Planner.Courses.Import;

/// <summary>The beginning of a text, without half a character at its end.</summary>
internal static class Excerpt
{
    public static string Of(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var length = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
