using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.Browser;

namespace SmartFlow.Tests.UserAuth;

public sealed class LogoutTests
{
    private const string Refresh = "/api/v1/auth/refresh";

    [Fact]
    public async Task Signing_out_ends_the_session_of_the_token()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var elsewhere = await app.SignInAsync("mei");
        (await mei.PostAsync("/api/v1/auth/logout")).ShouldBe(HttpStatusCode.NoContent);
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = elsewhere.RefreshToken })).ShouldBe(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task Signing_out_needs_the_header_and_ends_the_session()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var session = Cookies(await SignUpAsync(app));
        Task<Answer> Post(string path, params (string, string)[] headers) =>
            app.Anonymous.PostAsync(path, null, [(Web, "web"), ("Cookie", session.All), .. headers]);
        (await Post("/api/v1/auth/logout")).ShouldBeRefused(ErrorCodes.CsrfFailed);
        (await Post("/api/v1/auth/logout", ("X-CSRF-Token", session.Csrf))).ShouldBe(HttpStatusCode.NoContent);
        (await Post("/api/v1/auth/refresh", ("X-CSRF-Token", session.Csrf))).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }
}
