using System.ComponentModel.DataAnnotations;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>One OpenAI-compatible server.</summary>
internal class OpenAiCompatibleOptions
{
    /// <summary>The name that price rules and the journal use.</summary>
    [Required]
    public string Name { get; set; } = "openai";

    /// <summary>
    /// With or without /v1 and trailing slash; an address that ends in /chat/completions is taken as it is.
    /// </summary>
    [Required]
    public string BaseUrl { get; set; } = "";

    /// <summary>Sent as a bearer token; empty: none.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The field for the output limit where the caller named none; not set: by the vendor's host.</summary>
    public LimitField? LimitField { get; set; }

    /// <summary>The server understands stream_options.</summary>
    public bool StreamOptions { get; set; } = true;

    /// <summary>Until the connection to the server is made.</summary>
    [Range(1, 600)]
    public int ConnectTimeoutSeconds { get; set; } = 10;

    /// <summary>Until the first byte of a stream's body.</summary>
    [Range(1, 3_600)]
    public int FirstByteTimeoutSeconds { get; set; } = 120;

    /// <summary>Between two pieces of a stream.</summary>
    [Range(1, 3_600)]
    public int IdleTimeoutSeconds { get; set; } = 60;

    /// <summary>A whole answer, plain or streamed.</summary>
    [Range(1, 86_400)]
    public int TotalTimeoutSeconds { get; set; } = 600;

    /// <summary>The longest event of a stream.</summary>
    [Range(1_024, 256 * 1_024 * 1_024)]
    public int LineLimitBytes { get; set; } = 1_024 * 1_024;

    /// <summary>The longest answer, plain or streamed.</summary>
    [Range(1_024, 1_024 * 1_024 * 1_024)]
    public int AnswerLimitBytes { get; set; } = 64 * 1_024 * 1_024;

    /// <summary>Open connections to the server.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 4_096;

    /// <summary>
    /// Calls under way at once; further ones go to the next candidate or are told to come again. 0: no limit.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrentCalls { get; set; }

    /// <summary>Failures in a row that are the provider's fault until it is left alone. 0: never.</summary>
    [Range(0, 10_000)]
    public int BreakerFailures { get; set; } = 10;

    /// <summary>How long it is left alone before it is tried by one call.</summary>
    [Range(1, 3_600)]
    public int BreakerPauseSeconds { get; set; } = 15;

    public virtual UpstreamDialect Dialect =>
        new(LimitField ?? Vendor.Of(ProviderHttp.AddressOf(BaseUrl, "")).LimitField, StreamOptions);
}
