using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Errors;
using SmartFlow.UserAuth.Operations;

namespace SmartFlow.Tests.UserAuth;

public sealed class ChangePasswordTests
{
    private const string Auth = "/api/v1/auth/";
    private const string Keys = "/api/v1/api-keys";
    private const string Feed = "/api/v1/schedule/feed";

    [Fact]
    public async Task Changing_the_password_needs_the_current_one()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var change = new { current_password = "not this one at all", new_password = "another good one" };
        (await mei.PostAsync("/api/v1/auth/change-password", change)).ShouldBeRefused(ErrorCodes.InvalidCredentials);
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

    private static async Task<string> OpenFeedAsync(TestUser user) =>
        (await user.PostAsync(Feed, new { alarm_minutes = 5 }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("path")
            .GetString()!;

    private static string Cookies(Answer answer) =>
        string.Join("; ", answer.Header("Set-Cookie")!.Split('\n').Select(c => c.Split(';')[0]));
}
