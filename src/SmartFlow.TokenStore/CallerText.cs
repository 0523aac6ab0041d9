using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>Texts that callers choose freely and that reach a database.</summary>
internal static class CallerText
{
    /// <exception cref="RefusedException">
    /// invalid_argument: too long, or with control characters (PostgreSQL keeps no NUL, and nobody means the others).
    /// </exception>
    public static void Check(string field, string value, int maxLength)
    {
        if (value.Length > maxLength)
            throw RefusedException.Field(field, $"must have at most {maxLength} characters");
        if (value.Any(char.IsControl))
            throw RefusedException.Field(field, "must not have control characters");
    }
}
