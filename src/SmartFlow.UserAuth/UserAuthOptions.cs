using System.ComponentModel.DataAnnotations;

namespace SmartFlow.UserAuth;

/// <summary>Section <c>UserAuth</c>.</summary>
public sealed class UserAuthOptions
{
    /// <summary>How long a session lives after its last refresh.</summary>
    [Range(1, 365)]
    public int RefreshTokenDays { get; set; } = 7;

    /// <summary>
    /// A refresh token that comes again this soon after its use is two tabs at once and only refused; later it is theft.
    /// </summary>
    [Range(0, 60)]
    public int RefreshRaceSeconds { get; set; } = 10;

    /// <summary>Open sessions a user; the oldest end when there are more.</summary>
    [Range(1, 1_000)]
    public int MaxSessions { get; set; } = 20;

    /// <summary>Failed sign-ins in a row until the account is locked.</summary>
    [Range(1, 1_000)]
    public int MaxFailedSignIns { get; set; } = 5;

    /// <summary>How long an account is locked.</summary>
    [Range(1, 1_440)]
    public int LockMinutes { get; set; } = 5;

    /// <summary>Sign-ins a minute per address and name.</summary>
    [Range(1, 1_000_000)]
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>PBKDF2 rounds (HMAC-SHA512) of a password's hash; OWASP asks for 210,000.</summary>
    [Range(1_000, 10_000_000)]
    public int PasswordRounds { get; set; } = 210_000;

    /// <summary>Passwords that may wait to be hashed before new ones are refused.</summary>
    [Range(1, 100_000)]
    public int PasswordQueueLimit { get; set; } = 256;

    /// <summary>Keys a user may have at once.</summary>
    [Range(1, 10_000)]
    public int MaxApiKeys { get; set; } = 50;
}
