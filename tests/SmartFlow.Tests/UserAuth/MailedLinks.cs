using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using SmartFlow.Tests.Notification;

namespace SmartFlow.Tests.UserAuth;

/// <summary>A host with a mail server, what is asked of it, and the links in its mails.</summary>
internal static partial class MailedLinks
{
    public const string Auth = "/api/v1/auth/";
    public const string NewPassword = "another horse battery";

    public static Task<SmartFlowApp> StartAsync(SmtpPeer smtp, PostgresServer? postgres = null) =>
        SmartFlowApp.StartAsync(postgres, s =>
        {
            s.Settings["Notification:PublicUrl"] = "https://plan.example.org";
            s.Settings["Notification:Smtp:Host"] = "127.0.0.1";
            s.Settings["Notification:Smtp:Port"] = $"{smtp.Port}";
            s.Settings["Notification:Smtp:Security"] = "None";
            s.Settings["Notification:Smtp:From"] = "SmartFlow <plan@example.org>";
            s.Settings["UserAuth:RecoveriesPerHour"] = "7";
        });

    public static async Task<Answer> AskAsync(SmartFlowApp app, string account) =>
        (await app.Anonymous.PostAsync(Auth + "recovery", new { account }, ("Accept-Language", "en"))).ShouldBe(
            HttpStatusCode.Accepted
        );

    public static Task<Answer> ConfirmAsync(SmartFlowApp app, string token) =>
        app.Anonymous.PostAsync(Auth + "email/confirm", new { token });

    public static Task<Answer> SetAsync(
        SmartFlowApp app,
        string token,
        string password = NewPassword,
        bool endKeys = false
    ) =>
        app.Anonymous.PostAsync(
            Auth + "recovery/complete",
            new
            {
                token,
                new_password = password,
                end_api_keys = endKeys,
            },
            ("Accept-Language", "en")
        );

    /// <summary>The token in the mail of this number, whose link leads to the page.</summary>
    public static async Task<string> LinkAsync(SmtpPeer smtp, int number, string page) =>
        TokenIn((await smtp.ReceivesAsync(number)).Mail, page);

    /// <summary>The token in the mail, whose link leads to the page.</summary>
    public static string TokenIn(string text, string page)
    {
        var mail = Read(text);
        var link = Link().Match(mail.TextBody!).Value;
        link.ShouldStartWith($"https://plan.example.org{page}#token=");
        mail.HtmlBody!.ShouldContain(link);
        return link.Split("#token=")[1];
    }

    public static MimeMessage Read(string mail) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)));

    [GeneratedRegex(@"https://plan\.example\.org/\S+")]
    private static partial Regex Link();
}
