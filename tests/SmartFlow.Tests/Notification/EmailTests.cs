using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using static SmartFlow.Tests.Notification.Mails;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

/// <summary>
/// E-mail through a real mail server: only to addresses that are shown to be one's own, and ended in one click.
/// </summary>
public sealed class EmailTests
{
    [Fact]
    public async Task A_mail_address_is_confirmed_gets_mails_and_is_ended_by_one_click()
    {
        await using var smtp = new SmtpPeer();
        await using var f = await StartAsync(smtp);
        var made = await f.AddAsync(new { type = "email", address = "mei@example.org" });
        var path = $"{Channels}/{made.GetProperty("id")}";
        made.GetProperty("confirmed").GetBoolean().ShouldBeFalse();
        made.GetProperty("mask").GetString().ShouldBe("me***@example.org");
        (await f.User.PostAsync(path + "/test")).ShouldBeRefused(ErrorCodes.Conflict);
        var (to, asked) = await smtp.ReceivesAsync(1);
        to.ShouldBe("mei@example.org");
        var code = Code().Match(Read(asked).Subject!).Value;
        (
            await f.User.PostAsync(path + "/confirm", new { code = code == "000000" ? "111111" : "000000" })
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await f.User.PostAsync(path + "/confirm", new { code }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("confirmed")
            .GetBoolean()
            .ShouldBeTrue();

        await f.TellAsync("e1", title: "<b>高数</b>作业");
        await f.DeliveryAsync("sent");
        var mail = Read((await smtp.ReceivesAsync(2)).Mail);
        mail.Subject.ShouldBe("快到期：<b>高数</b>作业");
        mail.TextBody!.ShouldContain("3月1日 18:00");
        mail.HtmlBody!.ShouldContain("&lt;b&gt;高数&lt;/b&gt;作业");
        mail.HtmlBody!.ShouldNotContain("<b>");
        mail.MessageId!.ShouldEndWith("@plan.example.org");
        mail.Headers["List-Unsubscribe-Post"].ShouldBe("List-Unsubscribe=One-Click");
        var end = new Uri(mail.Headers["List-Unsubscribe"]!.Trim('<', '>'));

        // Who looks at the link changes nothing; the button, or the mail program, does.
        var page = (await f.App.Anonymous.FetchAsync(end.PathAndQuery)).ShouldBe(HttpStatusCode.OK);
        page.Text.ShouldContain("<form method=\"post\"");
        (await f.User.GetAsync(Channels))
            .Json.GetProperty("items")[0]
            .GetProperty("enabled")
            .GetBoolean()
            .ShouldBeTrue();
        var click = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        (
            await f.App.Anonymous.SendAsync(
                HttpMethod.Post,
                end.PathAndQuery.Replace("token=A", "token=B", StringComparison.Ordinal),
                click
            )
        ).ShouldBe(HttpStatusCode.OK);
        (await f.User.GetAsync(Channels))
            .Json.GetProperty("items")[0]
            .GetProperty("enabled")
            .GetBoolean()
            .ShouldBeTrue();
        (
            await f.App.Anonymous.SendAsync(
                HttpMethod.Post,
                end.PathAndQuery,
                new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")])
            )
        ).ShouldBe(HttpStatusCode.OK);
        (await f.User.GetAsync(Channels))
            .Json.GetProperty("items")[0]
            .GetProperty("off_reason")
            .GetString()
            .ShouldBe("unsubscribed");
    }

    [Fact]
    public async Task What_the_mail_server_says_decides_whether_it_is_tried_again()
    {
        await using var smtp = new SmtpPeer();
        await using var f = await StartAsync(smtp);
        var id = (await f.AddAsync(new { type = "email", address = "mei@example.org" })).GetProperty("id");
        var code = Code().Match(Read((await smtp.ReceivesAsync(1)).Mail).Subject!).Value;
        (await f.User.PostAsync($"{Channels}/{id}/confirm", new { code })).ShouldBe(HttpStatusCode.OK);
        smtp.Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "451 later" : null;
        await f.TellAsync("e1");
        await f.DeliveryAsync("waiting", "smtp_451");
        smtp.Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 nobody here" : null;
        await f.TellAsync("e2");
        await f.DeliveryAsync("failed", "smtp_550");
        smtp.Says = _ => "nonsense";
        await f.TellAsync("e3");
        await f.DeliveryAsync("waiting", "smtp_protocol");
    }

    [Theory]
    [InlineData("Smtp:From", "nobody", "Smtp:From")]
    [InlineData("PublicUrl", "", "PublicUrl")]
    [InlineData("Smtp:Username", "mei", "Smtp:Username")]
    [InlineData("TimeZone", "Mars/Base", "TimeZone")]
    [InlineData("Key", "c2hvcnQ=", "Notification:Key")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string named)
    {
        var problem = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s =>
            {
                s.Settings["Notification:PublicUrl"] = "https://plan.example.org";
                s.Settings["Notification:Smtp:Host"] = "127.0.0.1";
                s.Settings["Notification:Smtp:From"] = "plan@example.org";
                s.Settings["Notification:" + setting] = value;
            })
        );
        SetupProblems.Explain(problem).ShouldNotBeNull(problem.ToString()).ShouldContain(named);
    }
}
