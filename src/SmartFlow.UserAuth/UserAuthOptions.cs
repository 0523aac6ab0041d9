using System.ComponentModel.DataAnnotations;

namespace SmartFlow.UserAuth;

/// <summary>Section <c>UserAuth</c>.</summary>
public sealed class UserAuthOptions
{
    /// <summary>How long a session lives after its last refresh.</summary>
    [Range(1, 365)]
    public int RefreshTokenDays { get; set; } = 7;

    /// <summary>
    /// A refresh token that comes again this soon after its use is two tabs at once and only refused; later it is
    /// theft.
    /// </summary>
    [Range(0, 60)]
    public int RefreshRaceSeconds { get; set; } = 10;

    /// <summary>Open sessions a user; the oldest end when there are more.</summary>
    [Range(1, 1_000)]
    public int MaxSessions { get; set; } = 20;

    /// <summary>A session ends so many days after its sign-in, however often it is refreshed.</summary>
    [Range(1, 3_650)]
    public int SessionDays { get; set; } = 30;

    /// <summary>So many minutes after a sign-in an API key is made without the password. 0: never.</summary>
    [Range(0, 1_440)]
    public int FreshSignInMinutes { get; set; } = 15;

    /// <summary>Failed sign-ins in a row under one name from one network until it has to wait.</summary>
    [Range(1, 1_000)]
    public int MaxFailedSignIns { get; set; } = 5;

    /// <summary>How long it waits after the last of them, in minutes.</summary>
    [Range(1, 1_440)]
    public int LockMinutes { get; set; } = 5;

    /// <summary>Sign-ins a minute per network and name.</summary>
    [Range(1, 1_000_000)]
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>Passwords a minute that one network has looked at or hashed, under whatever names.</summary>
    [Range(1, 1_000_000)]
    public int PasswordsPerMinute { get; set; } = 240;

    /// <summary>Registrations an hour per network: an IPv4 address, or the first 64 bits of an IPv6 one.</summary>
    [Range(1, 1_000_000)]
    public int RegistrationsPerHour { get; set; } = 200;

    /// <summary>How often within an hour one network may ask for a link because a password is forgotten.</summary>
    [Range(1, 1_000_000)]
    public int RecoveriesPerHour { get; set; } = 20;

    /// <summary>
    /// Links that are mailed within a day, to one user and to one address, for passwords and addresses together.
    /// </summary>
    [Range(1, 1_000)]
    public int LinksPerDay { get; set; } = 5;

    /// <summary>How long a link works that an operator hands over.</summary>
    [Range(1, 168)]
    public int OperatorLinkHours { get; set; } = 24;

    /// <summary>Mails of accounts that may wait to be sent, before further ones are refused.</summary>
    [Range(1, 100_000)]
    public int MailsWaiting { get; set; } = 200;

    /// <summary>PBKDF2 rounds (HMAC-SHA512) of a password's hash; OWASP asks for 210,000.</summary>
    [Range(1_000, 10_000_000)]
    public int PasswordRounds { get; set; } = 210_000;

    /// <summary>Passwords that may wait to be hashed, by half the cores, before new ones are refused.</summary>
    [Range(1, 100_000)]
    public int PasswordQueueLimit { get; set; } = 128;

    /// <summary>Exports of everything that a user may ask for within an hour, one at a time.</summary>
    [Range(1, 1_000)]
    public int ExportsPerHour { get; set; } = 6;

    /// <summary>Keys a user may have at once.</summary>
    [Range(1, 10_000)]
    public int MaxApiKeys { get; set; } = 50;
}
