using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>Section <c>Auth</c>: what every process needs to know a user by the token.</summary>
public sealed class AuthOptions
{
    /// <summary>
    /// The 32 bytes that sign access tokens, in base64; the same in every process. Empty: made at first use in the data
    /// folder, which only works while all modules run in one process.
    /// </summary>
    public string SigningKey { get; set; } = "";

    /// <summary>How long an access token is valid; then it is refreshed.</summary>
    [Range(1, 1_440)]
    public int AccessTokenMinutes { get; set; } = 15;

    /// <summary>How long a verified API key is believed without asking again.</summary>
    [Range(1, 3_600)]
    public int ApiKeyCacheSeconds { get; set; } = 60;

    /// <summary>Keys that are remembered; above it all are forgotten, which only costs look-ups.</summary>
    [Range(16, 1_000_000)]
    public int ApiKeyCacheLimit { get; set; } = 10_000;

    /// <summary>
    /// How long an open session is believed without a look at it; one that ends in this process is forgotten at once,
    /// so it is how long another process may still believe it. Routes that make something lasting, and those of
    /// operators, always look.
    /// </summary>
    [Range(0, 3_600)]
    public int SessionCacheSeconds { get; set; } = 30;

    /// <summary>Sessions that are remembered; above it all are forgotten, which only costs look-ups.</summary>
    [Range(16, 1_000_000)]
    public int SessionCacheLimit { get; set; } = 10_000;
}
