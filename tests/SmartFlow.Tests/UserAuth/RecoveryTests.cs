using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Notification;

namespace SmartFlow.Tests.UserAuth;

/// <summary>A forgotten password, through a real mail server, and by an operator where there is none.</summary>
public sealed partial class RecoveryTests(PostgresServer postgres)
{
    private const string Auth = "/api/v1/auth/";
    private const string Address = "Mei@Example.org";
    private const string NewPassword = "another horse battery";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_reads_the_confirmed_address_sets_a_new_password_once(bool onPostgres)
    {
        await using var smtp = new SmtpPeer();
        await using var app = await StartAsync(smtp, onPostgres ? postgres : null);
        (await app.Anonymous.FetchAsync(Auth + "capabilities"))
            .Json.GetProperty("recovery")
            .GetString()
            .ShouldBe("mail");
        var mei = new TestUser(
            app,
            (
                await app.Anonymous.PostAsync(
                    Auth + "register",
                    new
                    {
                        username = "mei",
                        password = TestUser.DefaultPassword,
                        email = Address,
                    }
                )
            ).ShouldBe(HttpStatusCode.Created)
        );
        var verify = await LinkAsync(smtp, 1, "/confirm-email");
        // An address that nobody has confirmed gives nothing away: the exact number of mails below has none for this.
        (
            await app.Anonymous.PostAsync(
                Auth + "register",
                new
                {
                    username = "li",
                    password = TestUser.DefaultPassword,
                    email = "li@example.org",
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        await LinkAsync(smtp, 2, "/confirm-email");
        await AskAsync(app, "li");
        (await ConfirmAsync(app, verify)).ShouldBe(HttpStatusCode.NoContent);
        (await ConfirmAsync(app, verify)).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await mei.GetAsync(Auth + "me")).Json.GetProperty("email_verified").GetBoolean().ShouldBeTrue();

        // Nobody and somebody are told the same.
        var (nobody, somebody) = (await AskAsync(app, "nobody-at-all"), await AskAsync(app, "MEI"));
        (nobody.Text, Heads(nobody)).ShouldBe((somebody.Text, Heads(somebody)));
        var first = await LinkAsync(smtp, 3, "/recover");
        await AskAsync(app, " mei@example.ORG ");
        var token = await LinkAsync(smtp, 4, "/recover");
        (await EveryTable.FindAsync(app, token)).ShouldBeEmpty("a token rests as a hash alone");

        var key = ("Authorization", "Bearer " + await mei.CreateApiKeyAsync());
        (await SetAsync(app, token, "short"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Text.ShouldContain("new_password");
        (await SetAsync(app, first)).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await SetAsync(app, verify)).ShouldBeRefused(ErrorCodes.LinkEnded);
        var both = await Task.WhenAll(SetAsync(app, token), SetAsync(app, token));
        both.Select(b => b.Status).Order().ShouldBe([HttpStatusCode.NoContent, HttpStatusCode.Conflict]);

        (await mei.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await app.Anonymous.PostAsync(Auth + "refresh", new { refresh_token = mei.RefreshToken })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
        (
            await app.Anonymous.PostAsync(Auth + "login", new { username = "mei", password = TestUser.DefaultPassword })
        ).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        var again = await app.SignInAsync("mei", NewPassword);
        (await app.Anonymous.FetchAsync("/v1/models", key)).ShouldBe(HttpStatusCode.OK);
        Read((await smtp.ReceivesAsync(5)).Mail).Subject.ShouldBe("Your SmartFlow password was set anew");

        // Asked to, it ends the keys as well; and a password that was changed since ends a link.
        await AskAsync(app, "mei");
        token = await LinkAsync(smtp, 6, "/recover");
        (
            await again.PostAsync(
                Auth + "change-password",
                new
                {
                    current_password = NewPassword,
                    new_password = TestUser.DefaultPassword,
                    keep_api_keys = true,
                }
            )
        ).ShouldBe(HttpStatusCode.NoContent);
        Read((await smtp.ReceivesAsync(7)).Mail).Subject.ShouldBe("SmartFlow 密码已修改");
        (await SetAsync(app, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
        await AskAsync(app, "mei");
        token = await LinkAsync(smtp, 8, "/recover");
        app.Clock.Advance(TimeSpan.FromMinutes(31));
        (await SetAsync(app, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
        // Five links went there within the day; tomorrow there is one more.
        (
            await (await app.SignInAsync("mei")).PutAsync(
                Auth + "email",
                new { email = Address, password = TestUser.DefaultPassword }
            )
        ).ShouldBeRefused(ErrorCodes.RateLimited);
        app.Clock.Advance(TimeSpan.FromDays(1));
        await AskAsync(app, "mei");
        token = await LinkAsync(smtp, 9, "/recover");
        (await SetAsync(app, token, NewPassword, endKeys: true)).ShouldBe(HttpStatusCode.NoContent);
        (await app.Anonymous.FetchAsync("/v1/models", key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await smtp.ReceivesAsync(10);
        smtp.Received.Count.ShouldBe(10);
        foreach (var name in new[] { "mei", "nobody-at-all" })
            (await app.Anonymous.PostAsync(Auth + "recovery", new { account = name }))
                .ShouldBeRefused(ErrorCodes.RateLimited)
                .Header("Retry-After")
                .ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_address_takes_the_password_and_a_link_and_the_one_before_hears_of_it()
    {
        await using var smtp = new SmtpPeer();
        await using var app = await StartAsync(smtp);
        var mei = await app.SignUpAsync();
        (
            await mei.PutAsync(Auth + "email", new { email = "no address", password = TestUser.DefaultPassword })
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await mei.PutAsync(Auth + "email", new { email = "a@example.org", password = "not this one at all" })
        ).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        smtp.Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 nobody here" : null;
        (await ChangeAsync("a@example.org")).ShouldBeRefused(ErrorCodes.Unavailable).Text.ShouldContain("smtp_550");
        smtp.Says = _ => null;
        (await ChangeAsync("a@example.org")).ShouldBe(HttpStatusCode.Accepted);
        (await mei.GetAsync(Auth + "me")).Json.TryGetProperty("email", out var none).ShouldBeTrue();
        none.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await ConfirmAsync(app, await LinkAsync(smtp, 1, "/confirm-email"))).ShouldBe(HttpStatusCode.NoContent);
        (await ChangeAsync("b@example.org")).ShouldBe(HttpStatusCode.Accepted);
        (await ConfirmAsync(app, await LinkAsync(smtp, 2, "/confirm-email"))).ShouldBe(HttpStatusCode.NoContent);
        (await smtp.ReceivesAsync(3)).To.ShouldBe("a@example.org");
        (await mei.GetAsync(Auth + "me")).Json.GetProperty("email").GetString().ShouldBe("b@example.org");
        (
            await mei.Http.SendAsync(HttpMethod.Delete, Auth + "email", new { password = TestUser.DefaultPassword })
        ).ShouldBe(HttpStatusCode.NoContent);
        (await smtp.ReceivesAsync(4)).To.ShouldBe("b@example.org");
        (await mei.GetAsync(Auth + "me")).Json.GetProperty("email_verified").GetBoolean().ShouldBeFalse();

        Task<Answer> ChangeAsync(string email) =>
            mei.PutAsync(Auth + "email", new { email, password = TestUser.DefaultPassword });
    }

    [Fact]
    public async Task Without_mail_it_says_so_and_an_operator_makes_a_link_that_works_once()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (boss, mei) = (await app.OperatorAsync(), await app.SignUpAsync());
        (await app.Anonymous.FetchAsync(Auth + "capabilities"))
            .Json.GetProperty("recovery")
            .GetString()
            .ShouldBe("operator");
        (await app.Anonymous.PostAsync(Auth + "recovery", new { account = "mei" })).ShouldBeRefused(ErrorCodes.MailOff);
        (
            await mei.PutAsync(Auth + "email", new { email = "a@example.org", password = TestUser.DefaultPassword })
        ).ShouldBeRefused(ErrorCodes.MailOff);

        (await MakeAsync(mei.Id, "x")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await MakeAsync(boss.Id)).ShouldBeRefused(ErrorCodes.Conflict);
        (await MakeAsync(999_999)).ShouldBeRefused(ErrorCodes.NotFound);
        var before = TokenOf((await MakeAsync(mei.Id)).ShouldBe(HttpStatusCode.OK));
        var made = (await MakeAsync(mei.Id)).ShouldBe(HttpStatusCode.OK);
        made.Header("Cache-Control").ShouldBe("no-store");
        var token = TokenOf(made);
        (await EveryTable.FindAsync(app, token)).ShouldBeEmpty("neither the link nor the audit log keeps it");
        var line = (await boss.GetAsync($"/api/v1/admin/audit?subject=user:{mei.Id}")).Json.GetProperty("items")[0];
        (line.GetProperty("action").GetString(), line.GetProperty("reason").GetString()).ShouldBe(
            ("user.recovery_link", "asked at the desk")
        );
        (await SetAsync(app, before)).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await boss.PostAsync($"/api/v1/admin/users/{mei.Id}/disable", new { reason = "for a moment" })).ShouldBe(
            HttpStatusCode.OK
        );
        (await SetAsync(app, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
        (await MakeAsync(mei.Id)).ShouldBeRefused(ErrorCodes.Conflict);
        (await boss.PostAsync($"/api/v1/admin/users/{mei.Id}/enable", new { reason = "for a moment" })).ShouldBe(
            HttpStatusCode.OK
        );
        (await SetAsync(app, token)).ShouldBe(HttpStatusCode.NoContent);
        (await SetAsync(app, token)).ShouldBeRefused(ErrorCodes.LinkEnded);
        await app.SignInAsync("mei", NewPassword);

        Task<Answer> MakeAsync(ulong id, string reason = "asked at the desk") =>
            boss.PostAsync($"/api/v1/admin/users/{id}/recovery-link", new { reason });
    }

    private static Task<SmartFlowApp> StartAsync(SmtpPeer smtp, PostgresServer? postgres = null) =>
        SmartFlowApp.StartAsync(postgres, s =>
        {
            s.Settings["Notification:PublicUrl"] = "https://plan.example.org";
            s.Settings["Notification:Smtp:Host"] = "127.0.0.1";
            s.Settings["Notification:Smtp:Port"] = $"{smtp.Port}";
            s.Settings["Notification:Smtp:Security"] = "None";
            s.Settings["Notification:Smtp:From"] = "SmartFlow <plan@example.org>";
            s.Settings["UserAuth:RecoveriesPerHour"] = "7";
        });

    private static async Task<Answer> AskAsync(SmartFlowApp app, string account) =>
        (await app.Anonymous.PostAsync(Auth + "recovery", new { account }, ("Accept-Language", "en"))).ShouldBe(
            HttpStatusCode.Accepted
        );

    private static Task<Answer> ConfirmAsync(SmartFlowApp app, string token) =>
        app.Anonymous.PostAsync(Auth + "email/confirm", new { token });

    private static Task<Answer> SetAsync(
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
    private static async Task<string> LinkAsync(SmtpPeer smtp, int number, string page)
    {
        var mail = Read((await smtp.ReceivesAsync(number)).Mail);
        var link = Link().Match(mail.TextBody!).Value;
        link.ShouldStartWith($"https://plan.example.org{page}#token=");
        mail.HtmlBody!.ShouldContain(link);
        return link.Split("#token=")[1];
    }

    private static string TokenOf(Answer made)
    {
        var path = made.Json.GetProperty("path").GetString()!;
        path.ShouldStartWith("/recover#token=");
        return path.Split("#token=")[1];
    }

    private static string Heads(Answer answer) =>
        string.Join(
            '\n',
            answer.Headers.Keys.Where(k => k is not ("Date" or "X-Request-ID")).Order(StringComparer.Ordinal)
        ) + answer.Status;

    private static MimeMessage Read(string mail) => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)));

    [GeneratedRegex(@"https://plan\.example\.org/\S+")]
    private static partial Regex Link();
}
