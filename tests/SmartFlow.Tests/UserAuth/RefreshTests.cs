using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.Browser;

namespace SmartFlow.Tests.UserAuth;

public sealed class RefreshTests(PostgresServer postgres)
{
    private const string Refresh = "/api/v1/auth/refresh";
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task A_refresh_token_is_exchanged_for_the_next_one()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var next = (await app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        next.GetProperty("refresh_token").GetString().ShouldNotBe(mei.RefreshToken);
        var bearer = ("Authorization", "Bearer " + next.GetProperty("access_token").GetString());
        (await app.Anonymous.FetchAsync(Me, bearer)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_used_refresh_token_that_comes_again_ends_the_whole_session()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var next = (await app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken }))
            .Json.GetProperty("refresh_token")
            .GetString();
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = next })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_tabs_that_refresh_at_once_keep_the_session_and_get_one_new_token(bool onPostgres)
    {
        var database = onPostgres ? await postgres.NewDatabaseAsync() : "";
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        var mei = await app.SignUpAsync();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken }))
        );
        var won = answers.Single(a => a.Status == HttpStatusCode.OK);
        foreach (var lost in answers.Where(a => a != won))
            lost.ShouldBeRefused(ErrorCodes.InFlight).Header("Retry-After").ShouldBe("1");
        var next = won.Json.GetProperty("refresh_token").GetString();
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = next })).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Refreshing_by_cookie_rotates_the_cookies_and_needs_the_header_too()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var session = Cookies(await SignUpAsync(app));
        Task<Answer> Refresh(params (string, string)[] headers) =>
            app.Anonymous.PostAsync("/api/v1/auth/refresh", null, [(Web, "web"), ("Cookie", session.All), .. headers]);
        (await Refresh()).ShouldBeRefused(ErrorCodes.CsrfFailed);
        var next = Cookies((await Refresh(("X-CSRF-Token", session.Csrf))).ShouldBe(HttpStatusCode.OK));
        next.Refresh.ShouldNotBe(session.Refresh);
        next.Csrf.ShouldBe(session.Csrf);
    }

    [Fact]
    public async Task A_refresh_that_fails_takes_the_cookies_away()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await app.Anonymous.PostAsync(
            "/api/v1/auth/refresh",
            null,
            (Web, "web"),
            ("Cookie", "sf_refresh=rt-unknown")
        );
        answer.ShouldBeRefused(ErrorCodes.Unauthenticated);
        answer.Header("Set-Cookie")!.Split('\n').Count(c => c.Contains("expires=Thu, 01 Jan 1970")).ShouldBe(3);
    }
}
