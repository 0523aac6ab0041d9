using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;
using SmartFlow.Notification.Channels;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// E-mail by the configured server, plain text and simple HTML. Every mail names the page that ends it, and has the
/// headers by which a mail program ends it in one click (RFC 8058).
/// </summary>
internal sealed class EmailSender(IOptions<NotificationOptions> options, MailServer server, Vault vault) : ISender
{
    public const string UnsubscribePath = "/api/v1/notifications/unsubscribe";

    public string Type => ChannelTypes.Email;

    public bool IsOn => options.Value.HasMail;

    public async Task<Sent> SendAsync(Message message, Target target, CancellationToken cancellationToken)
    {
        using var mail = Mail(message, target.Address);
        return await server.SendAsync(mail, cancellationToken);
    }

    private MimeMessage Mail(Message message, string address)
    {
        var settings = options.Value;
        var end =
            $"{settings.PublicUrl.TrimEnd('/')}{UnsubscribePath}?token={vault.UnsubscribeToken(message.ChannelId)}";
        var mail = new MimeMessage
        {
            Subject = message.Words.Title,
            Date = message.At,
            MessageId = $"{message.Id}@{new Uri(settings.PublicUrl).Host}",
        };
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

    private static string Plain(Message message, string end) =>
        string.Join(
            "\n\n",
            new[]
            {
                message.Words.Title,
                message.Words.Text,
                message.Link ?? "",
                $"{Unsubscribe(message)} {end}",
            }.Where(t => t.Length > 0)
        ) + "\n";

    private static string Html(Message message, string end)
    {
        var text = new StringBuilder(
            $"<!doctype html><html lang=\"{(message.Chinese ? "zh-CN" : "en")}\"><meta charset=\"utf-8\"><body style=\"font:16px/1.6 sans-serif\">"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"<h1 style=\"font-size:18px\">{WebUtility.HtmlEncode(message.Words.Title)}</h1>"
        );
        foreach (var line in message.Words.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(line)}</p>");
        if (message.Link is { } link)
            text.Append(
                CultureInfo.InvariantCulture,
                $"<p><a href=\"{WebUtility.HtmlEncode(link)}\">{(message.Chinese ? "打开 SmartFlow" : "Open SmartFlow")}</a></p>"
            );
        text.Append(
            CultureInfo.InvariantCulture,
            $"<p style=\"font-size:13px\"><a href=\"{WebUtility.HtmlEncode(end)}\">{Unsubscribe(message)}</a></p></body></html>"
        );
        return text.ToString();
    }

    private static string Unsubscribe(Message message) => message.Chinese ? "不再接收这些邮件" : "Stop these mails";
}
