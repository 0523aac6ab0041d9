using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// What a provider says, fit for our callers: the configured keys, the hosts of the configured servers and whatever looks
/// like an address inside a network are blanked.
/// </summary>
internal sealed partial class ProviderText
{
    private const string Blank = "***";

    /// <summary>A shorter key would blank ordinary words.</summary>
    private const int ShortestKey = 6;
    private readonly string[] secrets;

    public ProviderText(LlmOptions options)
    {
        var keys = options.Providers.Select(p => p.ApiKey).Append(options.ApiKey).Select(k => k.Trim()).Where(k => k.Length >= ShortestKey);
        var hosts = options.Providers.Select(p => p.BaseUrl).Append(options.BaseUrl)
            .Select(u => Uri.TryCreate(u.Trim(), UriKind.Absolute, out var address) ? address : null).OfType<Uri>()
            .SelectMany(Names);
        // The longest first: a part of it may be another.
        secrets = [.. keys.Concat(hosts).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(s => s.Length)];
    }

    public string Clean(string said)
    {
        said = Inside().Replace(said, Blank);
        foreach (var secret in secrets) said = said.Replace(secret, Blank, StringComparison.OrdinalIgnoreCase);
        return said;
    }

    /// <summary>A name without a dot may be an ordinary word too.</summary>
    private static IEnumerable<string> Names(Uri address)
    {
        yield return "://" + address.Authority;
        if (!address.IsDefaultPort) yield return address.Authority;
        if (address.Host.Contains('.', StringComparison.Ordinal)) yield return address.Host;
    }

    /// <summary>Private and loopback addresses (RFC 1918, 3927, 4193, 6598) and names that only a network of one's own resolves.</summary>
    [GeneratedRegex(
        """
        (?<![\w.])(?:
            (?:10|127)(?:\.\d{1,3}){3} | 192\.168(?:\.\d{1,3}){2} | 169\.254(?:\.\d{1,3}){2}
          | 172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2} | 100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2}
          | \[?(?:::1|f[cd][0-9a-f]{2}:[0-9a-f:]+|fe80:[0-9a-f:]+)\]? | localhost
          | [a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:internal|local|localdomain|lan|intranet|corp|svc|svc\.cluster\.local)
        )(?::\d{1,5})?(?![\w])
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Inside();
}
