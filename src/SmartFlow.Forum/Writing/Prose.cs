using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Writing;

/// <summary>
/// The rules for what people write. A character is what a reader sees as one (an extended grapheme cluster), so an
/// emoji of several parts counts once. Text is plain text for ever: nothing in it is markup.
/// </summary>
internal static partial class Prose
{
    // What one character may take in memory: flags and families need up to 14, a tower of accents would go on.
    private const int ElementUnitsMax = 32;
    public const int UnitsPerCharacter = 16;

    /// <summary>Links in a text of several lines.</summary>
    private const int LinksMax = 3;

    public static int Length(string text) => new StringInfo(text).LengthInTextElements;

    /// <summary>The first characters of a text.</summary>
    public static string Excerpt(string text, int most) =>
        Length(text) <= most ? text : new StringInfo(text).SubstringByTextElements(0, most) + "…";

    /// <summary>
    /// Without blanks around and without characters that nobody sees; a single line has single blanks.
    /// </summary>
    /// <returns>The text as it came where it is too long or broken: <see cref="Check"/> says why.</returns>
    public static string Clean(string? text, int most, bool lines)
    {
        if (text is null)
            return "";
        if (text.Length > 2 * most * UnitsPerCharacter || !IsWellFormed(text))
            return text;
        var seen = Unseen().Replace(text, "");
        var cleaned = lines ? ManyLines().Replace(seen.ReplaceLineEndings("\n"), "\n\n") : Blanks().Replace(seen, " ");
        return cleaned.Trim();
    }

    /// <summary>Names what is wrong with a cleaned text.</summary>
    public static void Check(FieldErrors errors, string field, string text, int least, int most, bool lines)
    {
        if (text.Length > most * UnitsPerCharacter)
        {
            errors.Require(false, field, $"must have at most {most} characters");
            return;
        }
        if (!IsWellFormed(text))
        {
            errors.Require(false, field, "must be valid text");
            return;
        }
        var length = Length(text);
        errors
            .Require(
                length >= least,
                field,
                least == 1 ? "must not be empty" : $"must have at least {least} characters"
            )
            .Require(length <= most, field, $"must have at most {most} characters")
            .Require(
                !text.Any(c => char.IsControl(c) && !(lines && c == '\n')),
                field,
                "must not contain control characters"
            )
            .Require(!Directions().IsMatch(text), field, "must not change the direction of text")
            .Require(least == 0 || text.EnumerateRunes().Any(IsVisible), field, "must not be empty")
            .Require(!HasTower(text), field, "must not stack accents");
        var links = Links().Count(text);
        errors
            .Require(links == 0 || lines, field, "must not contain links")
            .Require(links <= LinksMax, field, $"must have at most {LinksMax} links");
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Format
                or UnicodeCategory.Control
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse
            );

    private static bool HasTower(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
            if (elements.GetTextElement().Length > ElementUnitsMax)
                return true;
        return false;
    }

    // Zero width space, word joiner, byte order mark, soft hyphen; joiners stay, because scripts and emoji need them.
    [GeneratedRegex("[\u00AD\u200B\u2060\uFEFF]")]
    private static partial Regex Unseen();

    [GeneratedRegex(@"[\s\u3000]+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex ManyLines();

    [GeneratedRegex("[\u202A-\u202E\u2066-\u2069]")]
    private static partial Regex Directions();

    [GeneratedRegex(@"(?:[a-z][a-z0-9+.\-]{1,20}://|\bwww\.)\S", RegexOptions.IgnoreCase)]
    private static partial Regex Links();
}
