namespace SmartFlow.Contracts.Billing;

/// <summary>The rule for keys that callers choose.</summary>
public static class EventKey
{
    public const int MaxLength = 255;

    /// <summary>The prefix of keys that our own scenes derive; refused from outside.</summary>
    public const string OwnPrefix = "sf:";

    /// <summary>Why a key is refused, or null.</summary>
    public static string? Problem(string key, bool ownScene)
    {
        if (key.Length is 0 or > MaxLength)
            return $"must have 1 to {MaxLength} characters";
        foreach (var c in key)
            if (c is < '!' or > '~')
                return "must consist of visible ASCII characters";
        return !ownScene && key.StartsWith(OwnPrefix, StringComparison.Ordinal) ? "must not begin with sf:" : null;
    }
}
