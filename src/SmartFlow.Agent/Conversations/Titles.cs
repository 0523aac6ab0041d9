using System.Globalization;
using System.Text;

namespace SmartFlow.Agent.Conversations;

/// <summary>A conversation's name: its first words, or what its owner calls it.</summary>
internal static class Titles
{
    public const int Max = 255;
    private const int FirstWords = 30;
    private const int UnitsMax = 2_000;

    /// <summary>The beginning of a message on one line, never cut inside a character.</summary>
    public static string FirstWordsOf(string message)
    {
        var line = OneLine(message);
        var elements = StringInfo.ParseCombiningCharacters(line.Length > UnitsMax ? line[..UnitsMax] : line);
        return elements.Length <= FirstWords ? line : line[..elements[FirstWords]].TrimEnd() + "…";
    }

    /// <summary>Why a name is refused, or null.</summary>
    public static string? Problem(string title)
    {
        if (title.Length == 0)
            return "must not be empty";
        if (title.Length > UnitsMax || new StringInfo(title).LengthInTextElements > Max)
            return $"must have at most {Max} characters";
        return title.Any(char.IsControl) ? "must not contain line breaks or control characters" : null;
    }

    private static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, UnitsMax));
        foreach (var c in text)
        {
            if (line.Length >= UnitsMax)
                break;
            var blank = char.IsWhiteSpace(c) || char.IsControl(c);
            if (!blank)
                line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }
        return line.ToString().TrimEnd();
    }
}
