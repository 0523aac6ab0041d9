using System.Globalization;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// Hands one mail to the configured server. Every failure is a value; only the caller's cancellation throws.
/// </summary>
internal sealed class MailServer(IOptions<NotificationOptions> options)
{
    public async Task<Sent> SendAsync(MimeMessage mail, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Value.SendSeconds));
        var smtp = options.Value.Smtp;
        try
        {
            using var client = new SmtpClient { Timeout = options.Value.SendSeconds * 1_000 };
            await client.ConnectAsync(smtp.Host, smtp.Port, smtp.Security, patience.Token);
            if (smtp.Username.Length > 0)
                await client.AuthenticateAsync(smtp.Username, smtp.Password, patience.Token);
            await client.SendAsync(mail, patience.Token);
            await client.DisconnectAsync(quit: true, CancellationToken.None);
            return Sent.Taken;
        }
        catch (Exception e) when (Failed(e, cancellationToken) is { } failed)
        {
            return failed;
        }
    }

    private static Sent? Failed(Exception failure, CancellationToken cancellationToken) =>
        failure switch
        {
            SmtpCommandException e => new Sent(string.Create(CultureInfo.InvariantCulture, $"smtp_{(int)e.StatusCode}"))
            {
                // The server's no to this mail; what it says of sign-in and quotas may change.
                IsFinal =
                    (int)e.StatusCode >= 500
                    && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted,
            },
            AuthenticationException => new Sent("smtp_sign_in"),
            SslHandshakeException => new Sent("tls"),
            ProtocolException
            or ServiceNotConnectedException
            or ServiceNotAuthenticatedException
            or NotSupportedException => new Sent("smtp_protocol"),
            _ => HttpOutcome.Of(failure, cancellationToken),
        };
}
