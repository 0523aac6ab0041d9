using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Web;

/// <summary>Section <c>Web</c>: limits of the HTTP listener.</summary>
public sealed class WebOptions : IValidatableObject
{
    /// <summary>The largest body; a route that needs more says so itself.</summary>
    [Range(1_024, 1_073_741_824)]
    public long MaxBodyBytes { get; set; } = 8 * 1_024 * 1_024;

    /// <summary>
    /// Bytes of bodies above 16 KiB that one user, or before signing in one address, may have here at one time; bodies
    /// of model calls have a budget of their own, <c>Gateway:MaxUserBodyBytes</c>.
    /// </summary>
    [Range(1_024, 1_099_511_627_776)]
    public long MaxUserBodyBytes { get; set; } = 32 * 1_024 * 1_024;

    /// <summary>The same of all of them.</summary>
    [Range(1_024, 1_099_511_627_776)]
    public long MaxTotalBodyBytes { get; set; } = 256 * 1_024 * 1_024;

    /// <summary>How long a body above 16 KiB may take to arrive, in seconds.</summary>
    [Range(1, 3_600)]
    public int BodySeconds { get; set; } = 120;

    /// <summary>All headers of a request together.</summary>
    [Range(1_024, 1_048_576)]
    public int MaxHeaderBytes { get; set; } = 32 * 1_024;

    /// <summary>Open connections of all clients, the gRPC port included.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Connections from one address, for IPv6 from its /64; trusted proxies have no such limit.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 4_096;

    /// <summary>Streams of events below /api that one user may have open in this process.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreamsPerUser { get; set; } = 32;

    /// <summary>The same from one address, for IPv6 from its /64.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreamsPerAddress { get; set; } = 1_024;

    /// <summary>How long the headers of a request may take to arrive.</summary>
    [Range(1, 600)]
    public int HeaderTimeoutSeconds { get; set; } = 15;

    /// <summary>How long a connection may be idle between two requests.</summary>
    [Range(1, 3_600)]
    public int KeepAliveSeconds { get; set; } = 130;

    /// <summary>How long running requests may take to end when the program is told to stop.</summary>
    [Range(0, 600)]
    public int ShutdownSeconds { get; set; } = 30;

    /// <summary>
    /// Every request is taken as https: cookies are Secure whatever the proxy before us says. For a host that is
    /// reached over https alone.
    /// </summary>
    public bool ForceSecure { get; set; }

    /// <summary>How long browsers keep to https after an answer over https, in days; 0: they are not told to.</summary>
    [Range(0, 730)]
    public int HstsDays { get; set; } = 365;

    /// <summary>
    /// Proxies whose X-Forwarded-For and -Proto are believed: IP addresses and networks (<c>10.1.0.0/16</c>; IPv4 /8
    /// and IPv6 /16 at the widest), separated by commas. The last hop is taken. Without them everybody behind a proxy
    /// counts as one address.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxUserBodyBytes < MaxBodyBytes || MaxTotalBodyBytes < MaxUserBodyBytes)
            yield return new(
                "MaxBodyBytes, MaxUserBodyBytes and MaxTotalBodyBytes must not become smaller in this order.",
                [nameof(MaxUserBodyBytes)]
            );
    }
}
