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

    /// <summary>Bytes of a stream that may wait for one flush while more is ready.</summary>
    [Range(256, 1_048_576)]
    public int MaxUnflushedBytes { get; set; } = 32 * 1_024;
}
