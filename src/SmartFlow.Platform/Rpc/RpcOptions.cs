using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Rpc;

/// <summary>Section <c>Rpc</c>: calls between modules in several processes.</summary>
public sealed class RpcOptions
{
    /// <summary>The shortest service token that is taken.</summary>
    public const int TokenMinLength = 16;

    /// <summary>
    /// Where other processes reach this one's modules, e.g. http://127.0.0.1:5090; empty: no port is opened.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// The secret that every process sends and demands; needed as soon as there is a port or a remote module.
    /// </summary>
    public string Token { get; set; } = "";

    /// <summary>The largest message, in both directions, unpacked.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxMessageBytes { get; set; } = 4 * 1_024 * 1_024;

    /// <summary>Messages of at least this size are sent compressed to a side that takes it; 0: none.</summary>
    [Range(0, int.MaxValue)]
    public int CompressFromBytes { get; set; }

    /// <summary>Calls at a time on one connection; a client's further calls wait on its side.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerConnection { get; set; } = 1_000;

    /// <summary>How long a unary call may take where its caller set no other limit.</summary>
    [Range(1, 3_600)]
    public int DeadlineSeconds { get; set; } = 10;

    /// <summary>How long a connection to another process may take, and how long its sign of life.</summary>
    [Range(1, 600)]
    public int ConnectSeconds { get; set; } = 5;

    /// <summary>Both sides ask a silent connection for a sign of life after this time.</summary>
    [Range(1, 3_600)]
    public int KeepAliveSeconds { get; set; } = 30;

    /// <summary>Tries of a call that may be repeated, the first one included.</summary>
    [Range(1, 10)]
    public int Attempts { get; set; } = 3;

    /// <summary>How often the health service looks at the checks; between two looks the last answer stands.</summary>
    [Range(1, 600)]
    public int HealthSeconds { get; set; } = 2;
}
