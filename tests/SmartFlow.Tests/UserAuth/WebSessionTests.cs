using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.Browser;

namespace SmartFlow.Tests.UserAuth;

/// <summary>The browser's side: cookies, and the header that another site cannot send.</summary>
public sealed class WebSessionTests
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task The_browser_gets_its_tokens_as_cookies_and_not_as_text()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await SignUpAsync(app);
        answer.Json.TryGetProperty("access_token", out _).ShouldBeFalse();
        answer.Json.TryGetProperty("refresh_token", out _).ShouldBeFalse();
        answer.Json.GetProperty("user").GetProperty("username").GetString().ShouldBe("mei");
        var cookies = answer.Header("Set-Cookie")!.Split('\n');
        cookies.ShouldContain(c =>
            c.StartsWith("sf_access=") && c.Contains("path=/;") && c.Contains("httponly") && c.Contains("samesite=lax")
        );
        cookies.ShouldContain(c =>
            c.StartsWith("sf_refresh=") && c.Contains("path=/api/v1/auth") && c.Contains("httponly")
        );
        cookies.ShouldContain(c => c.StartsWith("sf_csrf=") && !c.Contains("httponly"));
        cookies.ShouldAllBe(c => !c.Contains("secure"), "over plain http a secure cookie would be lost");
    }

    [Fact]
    public async Task Reading_needs_the_cookie_alone()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var session = Cookies(await SignUpAsync(app));
        (await app.Anonymous.FetchAsync(Me, ("Cookie", session.All))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Changing_something_needs_the_header_that_matches_the_session()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var session = Cookies(await SignUpAsync(app));
        var other = Cookies(await SignUpAsync(app, "another"));
        Task<Answer> Change(params (string, string)[] headers) =>
            app.Anonymous.SendAsync(HttpMethod.Patch, Me, new { display_name = "Mei" }, headers);
        (await Change(("Cookie", session.All))).ShouldBeRefused(ErrorCodes.CsrfFailed);
        (await Change(("Cookie", session.All), ("X-CSRF-Token", "guess"))).ShouldBeRefused(ErrorCodes.CsrfFailed);
        // A pair that matches itself but belongs to another session: what a planted cookie would look like.
        var planted = $"sf_access={session.Access}; sf_csrf={other.Csrf}";
        (await Change(("Cookie", planted), ("X-CSRF-Token", other.Csrf))).ShouldBeRefused(ErrorCodes.CsrfFailed);
        (await Change(("Cookie", session.All), ("X-CSRF-Token", session.Csrf))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_bearer_token_needs_no_such_header()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.PatchAsync(Me, new { display_name = "Mei" })).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Over_https_cookies_belong_to_this_host_alone_and_the_browser_keeps_to_https()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Web:ForceSecure"] = "true");
        var answer = await SignUpAsync(app);
        answer.Header("Strict-Transport-Security").ShouldBe("max-age=31536000");
        var cookies = answer.Header("Set-Cookie")!.Split('\n');
        cookies.Length.ShouldBe(3);
        cookies.ShouldAllBe(c =>
            c.StartsWith("__Host-sf_") && c.Contains("path=/;") && c.Contains("secure") && !c.Contains("domain")
        );
        var all = string.Join("; ", cookies.Select(c => c.Split(';')[0]));
        (await app.Anonymous.FetchAsync(Me, ("Cookie", all))).ShouldBe(HttpStatusCode.OK);
        // One that a neighbour of the host could have planted.
        (await app.Anonymous.FetchAsync(Me, ("Cookie", all.Replace("__Host-", "")))).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }

    [Fact]
    public async Task What_is_somebodys_stays_out_of_every_cache()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var session = Cookies(await SignUpAsync(app));
        foreach (
            var path in new[]
            {
                Me,
                "/api/v1/credit-store/summary",
                "/api/v1/plan-square/posts",
                "/api/v1/api-keys",
                "/v1/models",
                "/api/v1/nothing",
            }
        )
            (await app.Anonymous.FetchAsync(path, ("Cookie", session.All)))
                .Header("Cache-Control")
                .ShouldBe("no-store", path);
        (await app.Anonymous.FetchAsync("/api/v1/plan-square/posts"))
            .Header("Strict-Transport-Security")
            .ShouldBeNull();
    }
}
