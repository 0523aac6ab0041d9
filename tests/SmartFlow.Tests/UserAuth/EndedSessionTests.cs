using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Errors;
using SmartFlow.UserAuth.Operations;

namespace SmartFlow.Tests.UserAuth;

/// <summary>What a session that has ended, or that somebody copied, can still do: nothing that outlives it.</summary>
public sealed class EndedSessionTests
{
    private const string Auth = "/api/v1/auth/";
    private const string Keys = "/api/v1/api-keys";
    private const string Feed = "/api/v1/schedule/feed";

    [Theory]
    [InlineData("signed out")]
    [InlineData("a used token came again")]
    [InlineData("a new password")]
    [InlineData("ended in the settings")]
    public async Task The_access_token_of_an_ended_session_opens_nothing(string end)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var ended = await app.OperatorAsync();
        var other = await app.SignInAsync("boss");
        var order = await app.OrderAsync(ended, await app.PackAsync(ended, "credit_starter_1000"), 1, "before");
        var key = (await ended.PostAsync(Keys, new { name = "before" }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();
        await EndAsync(app, ended, other, end);

        Answer[] refused =
        [
            await ended.GetAsync(Auth + "me"),
            await ended.PatchAsync(Auth + "me", new { display_name = "Thief" }),
            await ended.GetAsync(Keys),
            await ended.PostAsync(Keys, new { name = "mine" }),
            await ended.PatchAsync($"{Keys}/{key}", new { name = "mine" }),
            await ended.DeleteAsync($"{Keys}/{key}"),
            await ended.PostAsync(
                Auth + "change-password",
                new { current_password = TestUser.DefaultPassword, new_password = "another good one" }
            ),
            await app.OrderAsync(
                ended,
                await app.PackAsync(await app.SignUpAsync("somebody"), "credit_starter_1000"),
                1,
                "after"
            ),
            await app.PayAsync(ended, order.Json.GetProperty("order_id").GetInt64()),
            await ended.PostAsync(Feed, new { alarm_minutes = 5 }),
            await ended.GetAsync("/api/v1/admin/users"),
            await ended.GetAsync(Auth + "sessions"),
        ];
        refused.ShouldAllBe(a => a.Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_new_password_ends_sessions_keys_and_feed_and_the_browser_stays_signed_in()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var (key, feed) = (await mei.CreateApiKeyAsync(), await OpenFeedAsync(mei));
        var changed = await mei.PostAsync(
            Auth + "change-password",
            new { current_password = TestUser.DefaultPassword, new_password = "another good one" },
            ("X-SmartFlow-Client", "web")
        );
        changed.ShouldBe(HttpStatusCode.NoContent);
        (await app.Anonymous.FetchAsync(Auth + "me", ("Cookie", Cookies(changed)))).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.FetchAsync("/v1/models", ("Authorization", "Bearer " + key))).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
        (await app.Anonymous.FetchAsync(feed)).ShouldBeRefused(ErrorCodes.NotFound);
        var again = await app.SignInAsync("mei", "another good one");
        (await again.GetAsync(Feed)).Json.GetProperty("active").GetBoolean().ShouldBeFalse();
        (await again.GetAsync(Keys)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_new_password_leaves_keys_and_feed_where_it_is_told_so()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var (key, feed) = (await mei.CreateApiKeyAsync(), await OpenFeedAsync(mei));
        await mei.PostAsync(
            Auth + "change-password",
            new
            {
                current_password = TestUser.DefaultPassword,
                new_password = "another good one",
                keep_api_keys = true,
                keep_feeds = true,
            }
        );
        (await app.Anonymous.FetchAsync("/v1/models", ("Authorization", "Bearer " + key))).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.FetchAsync(feed)).ShouldBe(HttpStatusCode.OK);

        var command = app.Services.GetServices<ICommand>().OfType<ResetPasswordCommand>().Single();
        command.Input = new StringReader("a third good one\na fourth good one\n");
        (await command.RunAsync(["mei", "--keep"], TextWriter.Null, default)).ShouldBe(2);
        (await command.RunAsync(["mei", "--keep-keys", "--keep-feeds"], TextWriter.Null, default)).ShouldBe(0);
        (await (await app.SignInAsync("mei", "a third good one")).GetAsync(Keys))
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(1);
        (await command.RunAsync(["mei"], TextWriter.Null, default)).ShouldBe(0);
        var last = await app.SignInAsync("mei", "a fourth good one");
        (await last.GetAsync(Keys)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        await Eventually.GetAsync(() => app.Anonymous.FetchAsync(feed), a => a.Status == HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_is_made_soon_after_the_sign_in_or_with_the_password()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.PostAsync(Keys, new { name = "at once" })).ShouldBe(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromMinutes(14));
        (await mei.PostAsync(Keys, new { name = "soon" })).ShouldBe(HttpStatusCode.Created);
        var late = new TestUser(app, await RefreshAsync(app, mei, TimeSpan.FromMinutes(2)));
        foreach (
            var body in new object[] { new { name = "late" }, new { name = "late", password = "not this one at all" } }
        )
        {
            var refused = (await late.PostAsync(Keys, body)).ShouldBeRefused(ErrorCodes.PasswordRequired);
            refused.Json.GetProperty("errors").GetProperty("password").GetArrayLength().ShouldBe(1);
        }
        (await late.PostAsync(Keys, new { name = "late", password = TestUser.DefaultPassword })).ShouldBe(
            HttpStatusCode.Created
        );
        (await (await app.SignInAsync("mei")).PostAsync(Keys, new { name = "anew" })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Guesses_at_the_password_of_a_key_count_as_failed_sign_ins()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var late = new TestUser(app, await RefreshAsync(app, await app.SignUpAsync(), TimeSpan.FromMinutes(16)));
        for (var i = 0; i < 5; i++)
            (await late.PostAsync(Keys, new { name = "k", password = "not this one at all" })).ShouldBeRefused(
                ErrorCodes.PasswordRequired
            );
        (await late.PostAsync(Keys, new { name = "k", password = TestUser.DefaultPassword })).ShouldBeRefused(
            ErrorCodes.AccountLocked
        );
    }

    [Fact]
    public async Task The_sessions_are_listed_with_their_programs_and_end_one_by_one_or_all_others()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        var login = new { username = "mei", password = TestUser.DefaultPassword };
        var phone = new TestUser(
            app,
            await app.Anonymous.PostAsync(Auth + "login", login, ("User-Agent", "Phone/1.0"))
        );
        var bob = await app.SignUpAsync("bob");
        var list = (await mei.GetAsync(Auth + "sessions"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToArray();
        list.Select(s => s.GetProperty("is_current").GetBoolean()).ShouldBe([false, true]);
        list[0].GetProperty("client").GetString().ShouldBe("Phone/1.0");
        var id = list[0].GetProperty("id").GetString();

        (await bob.DeleteAsync($"{Auth}sessions/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.DeleteAsync($"{Auth}sessions/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync($"{Auth}sessions/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await phone.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);

        var tablet = await app.SignInAsync("mei");
        (await mei.DeleteAsync(Auth + "sessions")).ShouldBe(HttpStatusCode.NoContent);
        (await tablet.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await mei.GetAsync(Auth + "sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await bob.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_ends_thirty_days_after_its_sign_in_however_often_it_is_used()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        for (var day = 6; day < 30; day += 6)
            mei = new TestUser(app, await RefreshAsync(app, mei, TimeSpan.FromDays(6)));
        app.Clock.Advance(TimeSpan.FromDays(6) - TimeSpan.FromMinutes(1));
        mei = new TestUser(app, await RefreshAsync(app, mei, TimeSpan.Zero));
        (await mei.GetAsync(Auth + "me")).ShouldBe(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        (await mei.GetAsync(Auth + "me")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await app.Anonymous.PostAsync(Auth + "refresh", new { refresh_token = mei.RefreshToken })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }

    private static async Task<Answer> RefreshAsync(SmartFlowApp app, TestUser user, TimeSpan later)
    {
        app.Clock.Advance(later);
        return (await app.Anonymous.PostAsync(Auth + "refresh", new { refresh_token = user.RefreshToken })).ShouldBe(
            HttpStatusCode.OK
        );
    }

    private static async Task EndAsync(SmartFlowApp app, TestUser ended, TestUser other, string end)
    {
        switch (end)
        {
            case "signed out":
                (await ended.PostAsync(Auth + "logout")).ShouldBe(HttpStatusCode.NoContent);
                break;
            case "a used token came again":
                await RefreshAsync(app, ended, TimeSpan.Zero);
                app.Clock.Advance(TimeSpan.FromMinutes(1));
                (
                    await app.Anonymous.PostAsync(Auth + "refresh", new { refresh_token = ended.RefreshToken })
                ).ShouldBeRefused(ErrorCodes.Unauthenticated);
                break;
            case "a new password":
                var change = new { current_password = TestUser.DefaultPassword, new_password = "another good one" };
                (await other.PostAsync(Auth + "change-password", change)).ShouldBe(HttpStatusCode.NoContent);
                break;
            default:
                var list = (await other.GetAsync(Auth + "sessions")).Json.GetProperty("items").EnumerateArray();
                foreach (
                    var id in list.Where(s => !s.GetProperty("is_current").GetBoolean())
                        .Select(s => s.GetProperty("id").GetString())
                )
                    (
                        await other.DeleteAsync(string.Create(CultureInfo.InvariantCulture, $"{Auth}sessions/{id}"))
                    ).ShouldBe(HttpStatusCode.NoContent);
                break;
        }
    }

    private static async Task<string> OpenFeedAsync(TestUser user) =>
        (await user.PostAsync(Feed, new { alarm_minutes = 5 }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("path")
            .GetString()!;

    private static string Cookies(Answer answer) =>
        string.Join("; ", answer.Header("Set-Cookie")!.Split('\n').Select(c => c.Split(';')[0]));
}
