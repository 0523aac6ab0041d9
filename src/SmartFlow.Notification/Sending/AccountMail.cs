using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Notification.Sending;

/// <summary>
/// Mail that belongs to an account. It goes to the address that the owner of accounts names, at once and past quiet
/// hours and switches, because somebody waits for it or must hear of it; nothing of it is kept here, since the links in
/// it let somebody in. Its words and the host of its links are ours, so that no caller writes mail of its own.
/// </summary>
internal sealed class AccountMail(IOptions<NotificationOptions> options, MailServer server, TimeProvider time)
    : IAccountMail
{
    private const int MaxAddress = 254;
    private const int MaxPath = 300;

    public Task<DescribeMailResponse> DescribeMailAsync(
        DescribeMailRequest request,
        CancellationToken cancellationToken
    ) => Task.FromResult(new DescribeMailResponse { Configured = options.Value.HasMail });

    public async Task<SendAccountMailResponse> SendAccountMailAsync(
        SendAccountMailRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!options.Value.HasMail)
            return new SendAccountMailResponse { Reason = "not_configured", Final = true };
        using var mail = Mail(request);
        var sent = await server.SendAsync(mail, cancellationToken);
        return new SendAccountMailResponse { Reason = sent.Reason ?? "", Final = sent.IsFinal };
    }

    private MimeMessage Mail(SendAccountMailRequest request)
    {
        if (request.Address.Length > MaxAddress || !MailboxAddress.TryParse(request.Address, out var to))
            throw RefusedException.Field("address", "must be a mail address");
        if (request.Path.Length > MaxPath || (request.Path.Length > 0 && request.Path[0] != '/'))
            throw RefusedException.Field("path", "must be a path of the web application");
        var (title, text, button) = Words(request);
        var link = request.Path.Length > 0 ? options.Value.PublicUrl.TrimEnd('/') + request.Path : null;
        var mail = new MimeMessage
        {
            Subject = title,
            Date = time.GetUtcNow(),
            MessageId = $"{request.MailId}@{new Uri(options.Value.PublicUrl).Host}",
        };
        mail.From.Add(MailboxAddress.Parse(options.Value.Smtp.From));
        mail.To.Add(to);
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Body = new MultipartAlternative
        {
            Part("plain", string.Join("\n\n", new[] { title, text, link ?? "" }.Where(t => t.Length > 0)) + "\n"),
            Part("html", Html(request.Chinese, title, text, link, button)),
        };
        return mail;
    }

    private static (string Title, string Text, string Button) Words(SendAccountMailRequest mail)
    {
        var (zh, name) = (mail.Chinese, mail.Username);
        return mail.Kind switch
        {
            AccountMailKinds.Recovery => (
                Say(zh, "重设 SmartFlow 密码", "Set a new SmartFlow password"),
                Say(
                    zh,
                    $"有人说忘了账户 {name} 的密码。打开下面的链接设置新密码，30 分钟内有效，只能用一次。不是你的话，不用理会：密码没有变。",
                    $"Somebody has forgotten the password of the account {name}. Set a new one by the link below within 30 minutes; it works once. If it was not you, do nothing: the password is as it was."
                ),
                Say(zh, "设置新密码", "Set a new password")
            ),
            AccountMailKinds.Recovered => (
                Say(zh, "SmartFlow 密码已重设", "Your SmartFlow password was set anew"),
                Say(
                    zh,
                    $"账户 {name} 的密码刚刚通过链接重设，所有登录都已结束。不是你的话，请马上在登录页用“忘记密码”再重设一次，并联系运营人员。",
                    $"The password of the account {name} was just set by a link, and every session has ended. If it was not you, set it again by “Forgot your password?” on the sign-in page, and tell your operator."
                ),
                ""
            ),
            AccountMailKinds.PasswordChanged => (
                Say(zh, "SmartFlow 密码已修改", "Your SmartFlow password was changed"),
                Say(
                    zh,
                    $"账户 {name} 的密码刚刚修改，所有登录都已结束。不是你的话，请马上在登录页用“忘记密码”重设。",
                    $"The password of the account {name} was just changed, and every session has ended. If it was not you, set it anew by “Forgot your password?” on the sign-in page."
                ),
                ""
            ),
            AccountMailKinds.RecoveryLink => (
                Say(zh, "运营人员为你生成了重设密码的链接", "An operator made a link to set your password"),
                Say(
                    zh,
                    $"运营人员刚刚为账户 {name} 生成了一个重设密码的一次性链接。不是你要求的话，请联系运营人员。",
                    $"An operator just made a one-time link that sets a new password for the account {name}. If you did not ask for it, tell your operator."
                ),
                ""
            ),
            AccountMailKinds.VerifyEmail => (
                Say(zh, "确认你的邮箱", "Confirm your address"),
                Say(
                    zh,
                    $"{(name.Length > 0 ? $"SmartFlow 账户 {name} " : "有一个 SmartFlow 账户")}想把这个地址作为自己的邮箱，用来找回密码。打开下面的链接确认，30 分钟内有效。不是你的话，不用理会。",
                    $"{(name.Length > 0 ? $"The SmartFlow account {name}" : "A SmartFlow account")} wants to have this address, for when its password is forgotten. Confirm it by the link below within 30 minutes. If it was not you, do nothing."
                ),
                Say(zh, "确认邮箱", "Confirm the address")
            ),
            AccountMailKinds.EmailChanged => (
                Say(zh, "SmartFlow 邮箱已变更", "Your SmartFlow address was changed"),
                Say(
                    zh,
                    $"账户 {name} 不再使用这个邮箱。不是你的话，请联系运营人员。",
                    $"The account {name} no longer has this address. If it was not you, tell your operator."
                ),
                ""
            ),
            _ => throw RefusedException.Field("kind", "is no kind of mail"),
        };
    }

    private static string Html(bool zh, string title, string text, string? link, string button)
    {
        var html = new StringBuilder(
            $"<!doctype html><html lang=\"{(zh ? "zh-CN" : "en")}\"><meta charset=\"utf-8\"><body style=\"font:16px/1.6 sans-serif\">"
        )
            .Append("<h1 style=\"font-size:18px\">")
            .Append(WebUtility.HtmlEncode(title))
            .Append("</h1><p>")
            .Append(WebUtility.HtmlEncode(text))
            .Append("</p>");
        if (link is not null)
            html.Append("<p><a href=\"")
                .Append(WebUtility.HtmlEncode(link))
                .Append("\">")
                .Append(WebUtility.HtmlEncode(button))
                .Append("</a></p>");
        return html.Append("</body></html>").ToString();
    }

    private static TextPart Part(string kind, string text)
    {
        var part = new TextPart(kind);
        part.SetText(Encoding.UTF8, text);
        return part;
    }

    private static string Say(bool zh, string chinese, string english) => zh ? chinese : english;
}
