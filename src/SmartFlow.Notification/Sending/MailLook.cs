using System.Runtime.CompilerServices;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Doctor;

namespace SmartFlow.Notification.Sending;

/// <summary>Signs in to the mail server and sends nothing.</summary>
internal sealed class MailLook(IOptions<NotificationOptions> options) : IDoctorCheck
{
    public string Name => "mail";

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (settings, smtp) = (options.Value, options.Value.Smtp);
        if (!settings.HasMail)
        {
            yield return DoctorFinding.Ok("no mail server is configured: users get no e-mail");
            yield break;
        }
        using var client = new SmtpClient { Timeout = settings.SendSeconds * 1_000 };
        await client.ConnectAsync(smtp.Host, smtp.Port, smtp.Security, cancellationToken);
        if (smtp.Username.Length > 0)
            await client.AuthenticateAsync(smtp.Username, smtp.Password, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
        yield return DoctorFinding.Ok(
            $"{smtp.Host}:{smtp.Port} takes {(smtp.Username.Length > 0 ? "the account" : "mail without an account")}"
        );
    }
}
