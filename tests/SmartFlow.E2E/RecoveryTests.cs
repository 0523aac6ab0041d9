using System.Text;
using System.Text.RegularExpressions;
using SmartFlow.Tests.Notification;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>The program with a mail server on loopback.</summary>
public sealed class MailSite : Site
{
    private readonly SmtpPeer smtp = new();

    public MailSite()
        : base(split: false) { }

    private protected override (string Name, string Value)[] Settings =>
        [
            ("Notification__PublicUrl", "https://plan.example.org"),
            ("Notification__Smtp__Host", "127.0.0.1"),
            ("Notification__Smtp__Port", $"{smtp.Port}"),
            ("Notification__Smtp__Security", "None"),
            ("Notification__Smtp__From", "SmartFlow <plan@example.org>"),
        ];

    /// <summary>The path that the link of this mail leads to.</summary>
    internal async Task<string> LinkAsync(int number)
    {
        var mail = (await smtp.ReceivesAsync(number)).Mail;
        var text = string.Concat(Regex.Matches(mail, "(?m)^[A-Za-z0-9+/=]{4,76}\r?$").Select(m => m.Value.Trim()));
        var plain =
            Decoded(text)
            + mail.Replace("=\r\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        return Regex.Match(plain, @"plan\.example\.org(/\S+#token=[A-Za-z0-9_-]+)").Groups[1].Value;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await smtp.DisposeAsync();
    }

    /// <summary>The parts one after the other; each ends at its own padding.</summary>
    private static string Decoded(string text) =>
        string.Concat(
            Regex
                .Matches(text, "[A-Za-z0-9+/]+=*")
                .Select(part =>
                    Convert.TryFromBase64String(part.Value, new byte[part.Length], out _)
                        ? Encoding.UTF8.GetString(Convert.FromBase64String(part.Value))
                        : ""
                )
        );
}

/// <summary>Somebody forgets the password, on a phone.</summary>
public sealed class RecoveryTests(MailSite site) : IClassFixture<MailSite>
{
    [Fact]
    public async Task A_forgotten_password_is_set_anew_by_the_link_in_a_mail()
    {
        var page = await site.VisitAsync("en", width: 360, height: 780);
        await page.GotoAsync("/");
        await page.GetByTestId("switch-mode").ClickAsync();
        await page.GetByTestId("username").FillAsync("forgetful");
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.Locator("input[name=email]").FillAsync("me@example.org");
        await page.GetByTestId("register").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));

        await page.GotoAsync(await site.LinkAsync(1));
        await page.GetByTestId("email-confirm").ClickAsync();
        await Expect(page.GetByTestId("email-confirmed")).ToBeVisibleAsync();
        await page.GotoAsync("/settings");
        await Expect(page.GetByTestId("email-state")).ToHaveTextAsync("Confirmed");

        var elsewhere = await site.VisitAsync("en", width: 360, height: 780);
        await elsewhere.GotoAsync("/");
        await elsewhere.GetByTestId("forgot").ClickAsync();
        await elsewhere.GetByTestId("recovery-account").FillAsync("forgetful");
        await Site.ShootAsync(elsewhere, "forgot-password-en-360");
        await elsewhere.GetByTestId("recovery-ask").ClickAsync();
        await Expect(elsewhere.GetByTestId("recovery-sent")).ToBeVisibleAsync();
        await elsewhere.GotoAsync(await site.LinkAsync(2));
        await elsewhere.GetByTestId("recovery-password").FillAsync("another horse battery");
        await Site.ShootAsync(elsewhere, "recover-en-360");
        (
            await elsewhere.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        ).ShouldBeTrue();
        await elsewhere.GetByTestId("recovery-set").ClickAsync();
        await Expect(elsewhere.GetByTestId("why")).ToContainTextAsync("new password is set");
        await elsewhere.GetByTestId("username").FillAsync("forgetful");
        await elsewhere.GetByTestId("password").FillAsync("another horse battery");
        await elsewhere.GetByTestId("sign-in").ClickAsync();
        await Expect(elsewhere).ToHaveURLAsync(new Regex("/today$"));
        // The other browser was signed out with the old password.
        await page.ReloadAsync();
        await Expect(page.GetByTestId("sign-in")).ToBeVisibleAsync();
    }
}
