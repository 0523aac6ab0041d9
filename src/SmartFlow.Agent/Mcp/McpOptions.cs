using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Agent.Mcp;

/// <summary>Section <c>Agent:Mcp</c>: the assistant's tools for other assistants.</summary>
public sealed class McpOptions
{
    /// <summary>
    /// Web pages that may ask, as browsers name them: <c>https://client.example.org</c>, separated by commas. Programs
    /// send no origin and need no entry; pages of this machine may ask a server of this machine. Everything else is
    /// refused, so that no page reaches a server behind its visitor's firewall.
    /// </summary>
    public string AllowedOrigins { get; set; } = "";

    /// <summary>The largest message.</summary>
    [Range(1_024, 8 * 1_024 * 1_024)]
    public int MaxBodyBytes { get; set; } = 256 * 1_024;

    /// <summary>Calls of tools a minute with one key; a key's own cap of requests may be smaller.</summary>
    [Range(1, 10_000)]
    public int CallsPerMinute { get; set; } = 120;

    /// <summary>Changes of one user that may wait for a word at once.</summary>
    [Range(1, 1_000)]
    public int PendingMax { get; set; } = 50;

    /// <summary>Changes of one user that are kept, answered ones included; the oldest answered ones go first.</summary>
    [Range(10, 10_000)]
    public int KeptMax { get; set; } = 500;

    /// <summary>
    /// Seconds in which the same call with the same request id is taken for a repeat, where the client sends no key of
    /// its own.
    /// </summary>
    [Range(0, 3_600)]
    public int RepeatSeconds { get; set; } = 120;

    /// <summary>Seconds that making a change may take; then it may be tried again.</summary>
    [Range(5, 300)]
    public int ApplySeconds { get; set; } = 30;

    internal bool Allows(string origin) =>
        AllowedOrigins
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Any(o => o.TrimEnd('/').Equals(origin, StringComparison.OrdinalIgnoreCase));
}
