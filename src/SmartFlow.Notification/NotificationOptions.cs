using System.ComponentModel.DataAnnotations;
using MailKit.Security;
using MimeKit;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Preferences;

namespace SmartFlow.Notification;

/// <summary>Section <c>Notification</c>.</summary>
internal sealed class NotificationOptions : IValidatableObject
{
    /// <summary>Notifications kept for a user; the oldest go first.</summary>
    [Range(1, 10_000)]
    public int KeptPerUser { get; set; } = 200;

    /// <summary>Days after which a notification goes, with its deliveries.</summary>
    [Range(1, 3_650)]
    public int KeptDays { get; set; } = 90;

    /// <summary>
    /// The 32 bytes under which addresses and secrets of channels are sealed, in base64; the same in every process.
    /// Empty: made from <c>Auth:SigningKey</c> where that is set, else a file of the data folder. Another key makes all
    /// channels unreadable.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>
    /// Where users reach the web application, e.g. https://plan.example.org; links need it. Empty: messages have no
    /// links.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Time zone of users who set none: an IANA name.</summary>
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Whether channels may lead to private, loopback and link-local addresses, and over plain http.</summary>
    public bool AllowPrivateNetwork { get; set; }

    /// <summary>Channels a user may have.</summary>
    [Range(1, 100)]
    public int ChannelsPerUser { get; set; } = 10;

    /// <summary>What goes out a day (of the user) on one channel at most; the rest stays in the centre.</summary>
    [Range(1, 10_000)]
    public int DeliveriesPerDay { get; set; } = 50;

    /// <summary>How often a delivery is tried; the pause grows from 30 seconds to 6 hours.</summary>
    [Range(1, 20)]
    public int Tries { get; set; } = 8;

    /// <summary>How long one try may take, in seconds.</summary>
    [Range(1, 60)]
    public int SendSeconds { get; set; } = 10;

    /// <summary>Deliveries under way at one time in this process; two of one user at most.</summary>
    [Range(1, 1_000)]
    public int Parallel { get; set; } = 32;

    /// <summary>Test messages and confirmations a user may ask for in an hour.</summary>
    [Range(1, 1_000)]
    public int TestsPerHour { get; set; } = 20;

    /// <summary>Seconds between two looks at what is coming; 0: this process reminds nobody.</summary>
    [Range(0, 3_600)]
    public int ReminderSeconds { get; set; } = 30;

    /// <summary>
    /// Who push services may turn to: a mailto: or https: address. Empty: PublicUrl; without both there is no web push.
    /// </summary>
    public string PushContact { get; set; } = "";

    /// <summary>E-mail; off without a host.</summary>
    [Microsoft.Extensions.Options.ValidateObjectMembers]
    public SmtpOptions Smtp { get; set; } = new();

    public bool HasMail => Smtp.Host.Length > 0;

    /// <summary>The contact that is told to push services; null: web push is off.</summary>
    public string? Contact =>
        PushContact.Length > 0 ? PushContact
        : PublicUrl.StartsWith("https://", StringComparison.Ordinal) ? PublicUrl
        : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (
            Key.Length > 0
            && !(
                Convert.TryFromBase64String(Key, new byte[Vault.KeyBytes + 1], out var written)
                && written == Vault.KeyBytes
            )
        )
            yield return Wrong(nameof(Key), "must be 32 bytes in base64 (openssl rand -base64 32).");
        if (!QuietHours.Knows(TimeZone))
            yield return Wrong(nameof(TimeZone), "names no time zone.");
        if (
            PublicUrl.Length > 0
            && !(
                Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https"
                && url.Query.Length == 0
            )
        )
            yield return Wrong(nameof(PublicUrl), "must be an address like https://plan.example.org.");
        if (
            PushContact.Length > 0
            && !(Uri.TryCreate(PushContact, UriKind.Absolute, out var contact) && contact.Scheme is "mailto" or "https")
        )
            yield return Wrong(nameof(PushContact), "must begin with mailto: or https:.");
        if (!HasMail)
            yield break;
        if (!MailboxAddress.TryParse(Smtp.From, out var from) || !from.Address.Contains('@', StringComparison.Ordinal))
            yield return Wrong("Smtp:From", "must be a mail address.");
        if (PublicUrl.Length == 0)
            yield return Wrong(nameof(PublicUrl), "is needed for e-mail: every mail says how to end it.");
        if (Smtp.Username.Length > 0 != Smtp.Password.Length > 0)
            yield return Wrong("Smtp:Username", "and Smtp:Password go together.");
        if (Smtp.Username.Length > 0 && Smtp.Security == SecureSocketOptions.None && !Smtp.AllowPlainPassword)
            yield return Wrong(
                "Smtp:Security",
                "must be StartTls or SslOnConnect where a password is sent, or set Smtp:AllowPlainPassword."
            );
    }

    private static ValidationResult Wrong(string setting, string reason) =>
        new($"Notification:{setting} {reason}", [setting]);
}

/// <summary>Section <c>Notification:Smtp</c>.</summary>
internal sealed class SmtpOptions
{
    /// <summary>The mail server; empty: no e-mail.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary>StartTls (587), SslOnConnect (465), StartTlsWhenAvailable, Auto or None.</summary>
    public SecureSocketOptions Security { get; set; } = SecureSocketOptions.StartTls;

    /// <summary>The account; empty: nobody signs in.</summary>
    public string Username { get; set; } = "";

    /// <summary>Its password.</summary>
    public string Password { get; set; } = "";

    /// <summary>Whether the password may go without encryption.</summary>
    public bool AllowPlainPassword { get; set; }

    /// <summary>The sender, e.g. SmartFlow &lt;plan@example.org&gt;.</summary>
    public string From { get; set; } = "";
}
