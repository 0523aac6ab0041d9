using System.Globalization;

namespace SmartFlow.Planner;

/// <summary>The rule for one line that a person wrote.</summary>
internal static class PlainText
{
    /// <param name="text">Trimmed.</param>
    /// <param name="max">Characters as people count them: an emoji with its modifiers is one.</param>
    /// <param name="unitsMax">A character may carry any number of combining marks; this bounds what is stored.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Problem(string text, int max, int unitsMax)
    {
        if (text.Length == 0)
            return "must not be empty";
        if (text.Length > unitsMax || new StringInfo(text).LengthInTextElements > max)
            return $"must have at most {max} characters";
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                return "must not contain line breaks or control characters";
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return "must be valid text";
            i++;
        }
        return null;
    }
}
