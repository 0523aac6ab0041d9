using System.Globalization;
using System.Text;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// The rule for the names that others see: 1 to 64 characters of the scripts that people write in, digits, blanks,
/// emoji and common signs. What cannot be seen, turns the line around or mixes scripts that look alike is refused;
/// whether it looks like somebody else's name, <see cref="NameLook"/> tells.
/// </summary>
internal static class DisplayNames
{
    private const int MaxLength = 64;
    private const int MaxMarks = 2;

    /// <summary>
    /// Blocks by their first and last code point; of these, what is a letter, a mark, a digit or a sign.
    /// </summary>
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x20, 0x7E),
        (0xB7, 0xB7),
        (0xC0, 0x17F),
        (0x1A0, 0x1B0),
        (0x1CD, 0x1DC),
        (0x218, 0x21B),
        (0x300, 0x34E),
        (0x350, 0x36F),
        (0x370, 0x3FF),
        (0x400, 0x52F),
        (0x531, 0x58F),
        (0x5D0, 0x5EA),
        (0x620, 0x64A),
        (0x660, 0x669),
        (0x671, 0x6D3),
        (0x6F0, 0x6F9),
        (0x900, 0xDFF),
        (0xE01, 0xEFF),
        (0xF00, 0xFBC),
        (0x1000, 0x109F),
        (0x10D0, 0x10FF),
        (0x1200, 0x137F),
        (0x1780, 0x17B3),
        (0x17B6, 0x17E9),
        (0x1820, 0x18AA),
        (0x1E00, 0x1EFF),
        (0x2018, 0x2019),
        (0x2600, 0x27BF),
        (0x3001, 0x3011),
        (0x3041, 0x312F),
        (0x31A0, 0x31BF),
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xA000, 0xA48C),
        (0xAC00, 0xD7A3),
        (0xFF01, 0xFF5E),
        (0x1F300, 0x1FAFF),
        (0x20000, 0x323AF),
    ];

    /// <summary>Scripts whose letters look like each other's: a name is written in one of them.</summary>
    private static readonly (int First, int Last)[][] Alphabets =
    [
        [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)],
        [(0x370, 0x3FF)],
        [(0x400, 0x52F)],
        [(0x531, 0x58F)],
    ];

    /// <summary>
    /// Without blanks around it, with single ones within it, and without the marks that choose how an emoji is drawn.
    /// </summary>
    public static string Tidy(string name)
    {
        var words = name.Replace("\uFE0E", "", StringComparison.Ordinal)
            .Replace("\uFE0F", "", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words);
    }

    /// <summary>Why a tidy name is refused, or null.</summary>
    public static string? Problem(string name)
    {
        if (name.Length is 0 or > MaxLength)
            return $"must have 1 to {MaxLength} characters";
        var (marks, alphabet) = (0, -1);
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsTaken(rune))
                return "may contain letters, digits, blanks, emoji and common signs only, and nothing that cannot be seen";
            marks = Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? marks + 1 : 0;
            if (marks > MaxMarks)
                return "must not pile up marks on a letter";
            var own = Array.FindIndex(Alphabets, a => Has(a, rune));
            if (own < 0 || !Rune.IsLetter(rune))
                continue;
            if (alphabet >= 0 && alphabet != own)
                return "must not mix letters of alphabets that look alike";
            alphabet = own;
        }
        return NameLook.Of(name).Length == 0 ? "must have a letter or a digit" : null;
    }

    private static bool IsTaken(Rune rune) =>
        Has(Blocks, rune)
        && Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control
            or UnicodeCategory.Format
            or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.EnclosingMark
            or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator => false,
            _ => true,
        };

    private static bool Has((int First, int Last)[] blocks, Rune rune) =>
        Array.Exists(blocks, b => rune.Value >= b.First && rune.Value <= b.Last);
}
