using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Web;

/// <summary>Section <c>Web</c>: limits of the HTTP listener.</summary>
public sealed class WebOptions
{
    /// <summary>The largest body; a route that needs more says so itself.</summary>
    [Range(1_024, 1_073_741_824)]
    public long MaxBodyBytes { get; set; } = 8 * 1_024 * 1_024;

    [Range(1_024, 1_048_576)]
    public int MaxHeaderBytes { get; set; } = 32 * 1_024;

    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    [Range(1, 600)]
    public int HeaderTimeoutSeconds { get; set; } = 15;

    [Range(1, 3_600)]
    public int KeepAliveSeconds { get; set; } = 130;

    /// <summary>How long running requests may take to end when the program is told to stop.</summary>
    [Range(0, 600)]
    public int ShutdownSeconds { get; set; } = 30;

    /// <summary>
    /// Every request is taken as https: cookies are Secure whatever the proxy before us says. For a host that is reached over
    /// https alone.
    /// </summary>
    public bool ForceSecure { get; set; }

    /// <summary>How long browsers keep to https after an answer over https, in days; 0: they are not told to.</summary>
    [Range(0, 730)]
    public int HstsDays { get; set; } = 365;

    /// <summary>Addresses of proxies whose X-Forwarded-For and -Proto are believed, separated by commas.</summary>
    public string TrustedProxies { get; set; } = "";
}
