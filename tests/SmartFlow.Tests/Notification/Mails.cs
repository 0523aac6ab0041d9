using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace SmartFlow.Tests.Notification;

/// <summary>A host that gives its mails to a peer, and how they are read there.</summary>
internal static partial class Mails
{
    public static Task<NotificationFixture> StartAsync(SmtpPeer smtp) =>
        NotificationFixture.StartAsync(s =>
        {
            s.Settings["Notification:Smtp:Host"] = "127.0.0.1";
            s.Settings["Notification:Smtp:Port"] = $"{smtp.Port}";
            s.Settings["Notification:Smtp:Security"] = "None";
            s.Settings["Notification:Smtp:From"] = "SmartFlow <plan@example.org>";
        });

    public static MimeMessage Read(string mail) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)));

    [GeneratedRegex("[0-9]{6}")]
    public static partial Regex Code();
}
