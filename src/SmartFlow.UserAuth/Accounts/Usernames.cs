using System.Text;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// The rule for names: 1 to 32 letters (of any script), digits, and _ . - ; two names that differ only by case or by
/// full-width forms are the same.
/// </summary>
internal static class Usernames
{
    public const int MinLength = 1;
    public const int MaxLength = 32;
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private const int FullWidthOffset = 0xFEE0;

    /// <summary>Why a name is refused, or null.</summary>
    public static string? Problem(string name)
    {
        var length = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            length++;
            if (!Rune.IsLetterOrDigit(rune) && rune.Value is not ('_' or '.' or '-'))
                return "may contain letters, digits, _ . and - only";
        }
        return length is < MinLength or > MaxLength ? $"must have {MinLength} to {MaxLength} characters" : null;
    }

    /// <summary>The form that is unique.</summary>
    public static string Normalise(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (var c in name)
            result.Append(c is >= FirstFullWidth and <= LastFullWidth ? (char)(c - FullWidthOffset) : c);
        return result.ToString().ToLowerInvariant();
    }
}

/// <summary>The rule for addresses: enough to catch a slip; only a letter proves more.</summary>
internal static class Emails
{
    private const int MaxLength = 254;

    /// <summary>Why an address is refused, or null.</summary>
    public static string? Problem(string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return
            email.Length <= MaxLength
            && at > 0
            && at < email.Length - 1
            && at == email.LastIndexOf('@')
            && !email.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            ? null
            : "must be an address like name@example.org";
    }

    public static string Normalise(string email) => email.ToLowerInvariant();
}
