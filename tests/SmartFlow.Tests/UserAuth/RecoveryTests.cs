using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Notification;
using static SmartFlow.Tests.UserAuth.MailedLinks;

namespace SmartFlow.Tests.UserAuth;

/// <summary>A forgotten password, through a real mail server.</summary>
public sealed class RecoveryTests(PostgresServer postgres)
{
    private const string Address = "Mei@Example.org";

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

    private static string Heads(Answer answer) =>
        string.Join(
            '\n',
            answer.Headers.Keys.Where(k => k is not ("Date" or "X-Request-ID")).Order(StringComparer.Ordinal)
        ) + answer.Status;
}
