using System.Globalization;
using System.Net;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using SmartFlow.Notification.Channels;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// E-mail by the configured server, plain text and simple HTML. Every mail names the page that ends it, and has the headers by
/// which a mail program ends it in one click (RFC 8058).
/// </summary>
internal sealed class EmailSender(IOptions<NotificationOptions> options, Vault vault) : ISender
{
    public const string UnsubscribePath = "/api/v1/notifications/unsubscribe";

    public string Type => ChannelTypes.Email;

    public bool IsOn => options.Value.HasMail;

    public async Task<Sent> SendAsync(Message message, Target target, CancellationToken cancellationToken)
    {
        using var mail = Mail(message, target.Address);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Value.SendSeconds));
        var smtp = options.Value.Smtp;
        try
        {
            using var client = new SmtpClient { Timeout = options.Value.SendSeconds * 1_000 };
            await client.ConnectAsync(smtp.Host, smtp.Port, smtp.Security, patience.Token);
            if (smtp.Username.Length > 0) await client.AuthenticateAsync(smtp.Username, smtp.Password, patience.Token);
            await client.SendAsync(mail, patience.Token);
            await client.DisconnectAsync(quit: true, CancellationToken.None);
            return Sent.Taken;
        }
        catch (Exception e) when (Failed(e, cancellationToken) is { } failed)
        {
            return failed;
        }
    }

    private static Sent? Failed(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        SmtpCommandException e => new Sent(string.Create(CultureInfo.InvariantCulture, $"smtp_{(int)e.StatusCode}"))
        {
            // The server's no to this mail; what it says of sign-in and quotas may change.
            IsFinal = (int)e.StatusCode >= 500 && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted,
        },
        AuthenticationException => new Sent("smtp_sign_in"),
        SslHandshakeException => new Sent("tls"),
        ProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException => new Sent("smtp_protocol"),
        _ => HttpOutcome.Of(failure, cancellationToken),
    };

    private MimeMessage Mail(Message message, string address)
    {
        var settings = options.Value;
        var end = $"{settings.PublicUrl.TrimEnd('/')}{UnsubscribePath}?token={vault.UnsubscribeToken(message.ChannelId)}";
        var mail = new MimeMessage { Subject = message.Words.Title, Date = message.At, MessageId = $"{message.Id}@{new Uri(settings.PublicUrl).Host}" };
        mail.From.Add(MailboxAddress.Parse(settings.Smtp.From));
        mail.To.Add(MailboxAddress.Parse(address));
        mail.Headers.Add("List-Unsubscribe", $"<{end}>");
        mail.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Body = new MultipartAlternative { Part("plain", Plain(message, end)), Part("html", Html(message, end)) };
        return mail;
    }

    private static TextPart Part(string kind, string text)
    {
        var part = new TextPart(kind);
        part.SetText(Encoding.UTF8, text);
        return part;
    }

    private static string Plain(Message message, string end) => string.Join(
        "\n\n",
        new[] { message.Words.Title, message.Words.Text, message.Link ?? "", $"{Unsubscribe(message)} {end}" }.Where(t => t.Length > 0)) + "\n";

    private static string Html(Message message, string end)
    {
        var text = new StringBuilder($"<!doctype html><html lang=\"{(message.Chinese ? "zh-CN" : "en")}\"><meta charset=\"utf-8\"><body style=\"font:16px/1.6 sans-serif\">");
        text.Append(CultureInfo.InvariantCulture, $"<h1 style=\"font-size:18px\">{WebUtility.HtmlEncode(message.Words.Title)}</h1>");
        foreach (var line in message.Words.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(line)}</p>");
        if (message.Link is { } link)
            text.Append(CultureInfo.InvariantCulture, $"<p><a href=\"{WebUtility.HtmlEncode(link)}\">{(message.Chinese ? "打开 SmartFlow" : "Open SmartFlow")}</a></p>");
        text.Append(CultureInfo.InvariantCulture, $"<p style=\"font-size:13px\"><a href=\"{WebUtility.HtmlEncode(end)}\">{Unsubscribe(message)}</a></p></body></html>");
        return text.ToString();
    }

    private static string Unsubscribe(Message message) => message.Chinese ? "不再接收这些邮件" : "Stop these mails";
}
