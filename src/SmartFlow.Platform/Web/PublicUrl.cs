namespace SmartFlow.Platform.Web;

/// <summary>
/// Addresses that a caller gives to somebody else to fetch: https to a public name, on its own port, without
/// credentials. They are looked at as they are written, because a fetcher may read them differently than we do; what a
/// name resolves to is not looked up.
/// </summary>
public static class PublicUrl
{
    public const int MaxLength = 8_192;
    private const string Scheme = "https://";

    /// <summary>Names that mean something only inside of a network, or whatever address stands in them.</summary>
    private static readonly string[] Inside =
    [
        "localhost",
        "localdomain",
        "local",
        "internal",
        "intranet",
        "private",
        "corp",
        "home",
        "lan",
        "svc",
        "arpa",
        "test",
        "invalid",
        "onion",
        "nip.io",
        "sslip.io",
        "xip.io",
        "localtest.me",
        "lvh.me",
    ];

    /// <summary>
    /// Why an image is at no such address and in no data URL either; null: it is. Sounds and films have prices of their
    /// own.
    /// </summary>
    public static string? ImageProblem(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return Problem(url);
        return
            url.StartsWith("data:audio/", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("data:video/", StringComparison.OrdinalIgnoreCase)
            ? "must be an image"
            : null;
    }

    /// <summary>Why it is not such an address; null: it is.</summary>
    public static string? Problem(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length > MaxLength)
            return $"must have at most {MaxLength} characters";
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return "must begin with https:// or be a data URL";
        foreach (var c in url)
            if (c is <= ' ' or '\\' or '\x7f')
                return "must not hold blanks, control characters or backslashes";
        var rest = url.AsSpan(Scheme.Length);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        if (authority.Contains('@'))
            return "must not hold a user name";
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && authority[(colon + 1)..] is not "443")
            return "must name no port but 443";
        return IsPublicName(colon < 0 ? authority : authority[..colon]) ? null : "must name a public host";
    }

    private static bool IsPublicName(ReadOnlySpan<char> host)
    {
        if (host.EndsWith('.'))
            host = host[..^1];
        foreach (var c in host)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
                return false;
        var dot = host.LastIndexOf('.');
        // The last label of an IPv4 address in any notation begins with a digit; no top-level domain does.
        if (
            dot <= 0
            || dot == host.Length - 1
            || !char.IsAsciiLetter(host[dot + 1])
            || host[0] == '.'
            || host.Contains("..", StringComparison.Ordinal)
        )
            return false;
        foreach (var name in Inside)
            if (
                host.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                && (host.Length == name.Length || host[^(name.Length + 1)] == '.')
            )
                return false;
        return true;
    }
}
