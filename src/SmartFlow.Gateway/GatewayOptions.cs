using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Gateway;

/// <summary>Section <c>Gateway</c>. Bodies are measured unpacked.</summary>
public sealed class GatewayOptions : IValidatableObject
{
    /// <summary>
    /// The largest body of a call without images or documents: a context of 1,000,000 tokens, escaped, and some.
    /// </summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxBodyBytes { get; set; } = 16 * 1_024 * 1_024;

    /// <summary>The largest body of a call with images or documents.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxImageBodyBytes { get; set; } = 32 * 1_024 * 1_024;

    /// <summary>Bytes of bodies that one user's requests may have here at one time.</summary>
    [Range(1_024, 1_099_511_627_776)]
    public long MaxUserBodyBytes { get; set; } = 128 * 1_024 * 1_024;

    /// <summary>Bytes of bodies that all requests may have in this process at one time.</summary>
    [Range(1_024, 1_099_511_627_776)]
    public long MaxTotalBodyBytes { get; set; } = 512 * 1_024 * 1_024;

    /// <summary>How long a body may take to arrive.</summary>
    [Range(1, 3_600)]
    public int BodySeconds { get; set; } = 120;

    /// <summary>
    /// Origins whose pages may use /v1 with a key of their own, e.g. https://app.example.org, separated by commas; *:
    /// any. Empty: none. Cookies are never taken from there.
    /// </summary>
    public string CorsOrigins { get; set; } = "";

    /// <summary>Calls that one user may have running in this process.</summary>
    [Range(1, 1_000_000)]
    public int MaxConcurrentCalls { get; set; } = 1_024;

    /// <summary>
    /// A comment line at least so often while a stream is quiet, and its headers after so long at the latest. 0: none.
    /// </summary>
    [Range(0, 600)]
    public int LifeSignSeconds { get; set; } = 10;

    /// <summary>
    /// How long a call without a key, whose client has left, may be joined by the same request again. 0: never.
    /// </summary>
    [Range(0, 3_600)]
    public int JoinWindowSeconds { get; set; } = 300;

    /// <summary>
    /// How long a request without a key, like a call of over a second whose client seems to be there, waits for that
    /// client to have left: some repeat in the very moment of their time-out.
    /// </summary>
    [Range(0, 5_000)]
    public int JoinGraceMilliseconds { get; set; } = 250;

    /// <summary>Bytes of a stream that may wait for one flush while more is ready.</summary>
    [Range(256, 1_048_576)]
    public int MaxUnflushedBytes { get; set; } = 32 * 1_024;

    /// <summary>
    /// The address of the agent's process, e.g. http://agent:5080, where it is another one: messages to the assistant
    /// then come here, are handed on while that process says that it is ready, and are answered with plain chat
    /// otherwise. Empty: they do not come here.
    /// </summary>
    public string AgentUrl { get; set; } = "";

    /// <summary>Seconds between two looks at whether the agent is ready.</summary>
    [Range(1, 60)]
    public int AgentCheckSeconds { get; set; } = 2;

    /// <summary>Output limit of a plain answer in the agent's place, in tokens.</summary>
    [Range(16, 128_000)]
    public int FallbackTokens { get; set; } = 1_024;

    internal string[] Origins =>
        CorsOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var largest = Math.Max(MaxBodyBytes, MaxImageBodyBytes);
        if (MaxUserBodyBytes < largest || MaxTotalBodyBytes < MaxUserBodyBytes)
            yield return new(
                "The largest body, MaxUserBodyBytes and MaxTotalBodyBytes must not become smaller in this order.",
                [nameof(MaxUserBodyBytes)]
            );
        if (
            AgentUrl.Length > 0
            && !(
                Uri.TryCreate(AgentUrl, UriKind.Absolute, out var agent)
                && agent.Scheme is "http" or "https"
                && agent.AbsolutePath == "/"
            )
        )
            yield return new($"AgentUrl: {AgentUrl} is not an address like http://agent:5080.", [nameof(AgentUrl)]);
        foreach (var origin in Origins)
            if (
                origin != "*"
                && !(
                    Uri.TryCreate(origin, UriKind.Absolute, out var address)
                    && address.GetLeftPart(UriPartial.Authority) == origin
                )
            )
                yield return new(
                    $"CorsOrigins: {origin} is not an origin like https://app.example.org.",
                    [nameof(CorsOrigins)]
                );
    }
}
