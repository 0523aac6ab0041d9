using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Gateway;

/// <summary>Section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The largest body of a call without images.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxBodyBytes { get; set; } = 1_024 * 1_024;

    /// <summary>The largest body of a call with images.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxImageBodyBytes { get; set; } = 20 * 1_024 * 1_024;

    /// <summary>Calls that one user may have running in this process.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrentCalls { get; set; } = 1_024;

    /// <summary>
    /// A comment line at least so often while a stream is quiet, and its headers after so long at the latest. 0: none.
    /// </summary>
    [Range(0, 600)]
    public int LifeSignSeconds { get; set; } = 10;

    /// <summary>How long a call without a key, whose client has left, may be joined by the same request again. 0: never.</summary>
    [Range(0, 3_600)]
    public int JoinWindowSeconds { get; set; } = 300;

    /// <summary>
    /// How long a request without a key, like a call of over a second whose client seems to be there, waits for that client
    /// to have left: some repeat in the very moment of their time-out.
    /// </summary>
    [Range(0, 5_000)]
    public int JoinGraceMilliseconds { get; set; } = 250;

    /// <summary>Bytes of a stream that may wait for one flush while more is ready.</summary>
    [Range(256, 1_048_576)]
    public int MaxUnflushedBytes { get; set; } = 32 * 1_024;
}
