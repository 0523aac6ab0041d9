using System.Text;
using System.Text.RegularExpressions;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// What a provider says, fit for our callers and for the log: the configured keys, whole, in the forms that a header or
/// an address gives them and in long parts, what stands beside the host in a configured address, the hosts of the
/// configured servers and whatever looks like an address inside a network are blanked.
/// </summary>
internal sealed partial class ProviderText
{
    private const string Blank = "***";

    /// <summary>A shorter key would blank parts of ordinary words: it is blanked where it stands alone.</summary>
    private const int ShortestPart = 6;

    /// <summary>
    /// Of keys that are twice as long so many characters in a row are blanked, too: providers tell keys shortened.
    /// </summary>
    private const int PartLength = 12;
    private readonly string[] secrets;
    private readonly string[] words;
    private readonly HashSet<string> parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> partOf;

    public ProviderText(LlmOptions options)
    {
        var servers = options
            .Providers.Select(p => (p.ApiKey, p.BaseUrl))
            .Append((options.ApiKey, options.BaseUrl))
            .ToArray();
        var addresses = servers
            .Select(s => Uri.TryCreate(s.BaseUrl.Trim(), UriKind.Absolute, out var address) ? address : null)
            .OfType<Uri>()
            .ToArray();
        var keys = servers
            .Select(s => s.ApiKey.Trim())
            .Concat(addresses.SelectMany(KeysIn))
            .Where(k => k.Length > 0)
            .SelectMany(Forms)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        words = [.. keys.Where(k => k.Length < ShortestPart)];
        // The longest first: a part of it may be another.
        secrets =
        [
            .. keys.Where(k => k.Length >= ShortestPart)
                .Concat(addresses.SelectMany(Names))
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .OrderByDescending(s => s.Length),
        ];
        foreach (var key in keys.Where(k => k.Length >= 2 * PartLength))
            for (var i = 0; i + PartLength <= key.Length; i++)
                parts.Add(key.Substring(i, PartLength));
        partOf = parts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Clean(string said)
    {
        said = Inside().Replace(said, Blank);
        foreach (var secret in secrets)
            said = said.Replace(secret, Blank, StringComparison.OrdinalIgnoreCase);
        foreach (var word in words)
            said = Regex.Replace(
                said,
                $@"(?<!\w){Regex.Escape(word)}(?!\w)",
                Blank,
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
            );
        return parts.Count == 0 ? said : WithoutParts(said);
    }

    /// <summary>It says what it must not say.</summary>
    public bool Tells(string said) => Clean(said) != said;

    /// <summary>
    /// As a provider may echo it: plain, escaped for an address, in base64 as of basic authentication.
    /// </summary>
    private static IEnumerable<string> Forms(string key) =>
        key.Length < ShortestPart
            ? [key]
            : [key, Uri.EscapeDataString(key), Convert.ToBase64String(Encoding.UTF8.GetBytes(key))];

    /// <summary>What an address may carry beside its path: a password, and long values of its query.</summary>
    private static IEnumerable<string> KeysIn(Uri address)
    {
        const int shortestInQuery = 16;
        var password = address.UserInfo[(address.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var values = address
            .Query.TrimStart('?')
            .Split('&')
            .Select(p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..])
            .Where(v => v.Length >= shortestInQuery);
        return values.Append(password).SelectMany(v => new[] { v, Uri.UnescapeDataString(v) });
    }

    private string WithoutParts(string said)
    {
        var text = new StringBuilder(said.Length);
        for (var i = 0; i < said.Length; i++)
        {
            var end = i;
            while (end + PartLength <= said.Length && partOf.Contains(said.AsSpan(end, PartLength)))
                end++;
            if (end == i)
            {
                text.Append(said[i]);
                continue;
            }
            text.Append(Blank);
            i = end + PartLength - 2;
        }
        return text.ToString();
    }

    /// <summary>A name without a dot may be an ordinary word too.</summary>
    private static IEnumerable<string> Names(Uri address)
    {
        yield return "://" + address.Authority;
        if (!address.IsDefaultPort)
            yield return address.Authority;
        if (address.Host.Contains('.', StringComparison.Ordinal))
            yield return address.Host;
    }

    /// <summary>
    /// Private and loopback addresses (RFC 1918, 3927, 4193, 6598) and names that only a network of one's own resolves.
    /// </summary>
    [GeneratedRegex(
        """
            (?<![\w.])(?:
                (?:10|127)(?:\.\d{1,3}){3} | 192\.168(?:\.\d{1,3}){2} | 169\.254(?:\.\d{1,3}){2}
              | 172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2} | 100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2}
              | \[?(?:::1|f[cd][0-9a-f]{2}:[0-9a-f:]+|fe80:[0-9a-f:]+)\]? | localhost
              | [a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:internal|local|localdomain|lan|intranet|corp|svc|svc\.cluster\.local)
            )(?::\d{1,5})?(?![\w])
            """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex Inside();
}
