using System.Globalization;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.UserAuth;

public sealed class LoginTests
{
    private const string Login = "/api/v1/auth/login";

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_are_refused_alike()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        var wrong = await app.Anonymous.PostAsync(Login, new { username = "mei", password = "not this one at all" });
        var unknown = await app.Anonymous.PostAsync(
            Login,
            new { username = "nobody", password = "not this one at all" }
        );
        wrong.ShouldBeRefused(ErrorCodes.InvalidCredentials);
        unknown.ShouldBeRefused(ErrorCodes.InvalidCredentials).Text.ShouldBe(wrong.Text);
    }

    [Fact]
    public async Task After_five_failures_even_the_right_password_waits_five_minutes()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        for (var i = 0; i < 5; i++)
            await FailAsync(app);
        var locked = await app.Anonymous.PostAsync(
            Login,
            new { username = "mei", password = TestUser.DefaultPassword }
        );
        locked.ShouldBeRefused(ErrorCodes.AccountLocked);
        int.Parse(locked.Header("Retry-After")!, CultureInfo.InvariantCulture).ShouldBeInRange(240, 300);
        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.SignInAsync("mei");
    }

    [Fact]
    public async Task A_success_forgets_the_failures_before_it()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        for (var i = 0; i < 4; i++)
            await FailAsync(app);
        await app.SignInAsync("mei");
        for (var i = 0; i < 4; i++)
            await FailAsync(app);
        await app.SignInAsync("mei");
    }

    [Fact]
    public async Task Twenty_sign_ins_a_minute_from_one_address_under_one_name_are_the_limit()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        for (var i = 0; i < 20; i++)
            await app.SignInAsync("mei");
        var refused = await app.Anonymous.PostAsync(
            Login,
            new { username = "mei", password = TestUser.DefaultPassword }
        );
        refused.ShouldBeRefused(ErrorCodes.RateLimited);
        int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        await app.SignUpAsync("another");
        await app.SignInAsync("another");
    }

    [Fact]
    public async Task Routes_that_work_for_strangers_are_limited_by_address()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["RateLimits:AnonymousPerMinute"] = "3");
        for (var i = 0; i < 3; i++)
            (await app.Anonymous.PostAsync(Login, new { username = $"nobody{i}", password = "x" })).ShouldBeRefused(
                ErrorCodes.InvalidCredentials
            );
        var refused = await app.Anonymous.PostAsync(Login, new { username = "nobody", password = "x" });
        refused.ShouldBeRefused(ErrorCodes.RateLimited).Header("Retry-After").ShouldNotBeNull();
    }

    private static async Task FailAsync(SmartFlowApp app) =>
        (
            await app.Anonymous.PostAsync(Login, new { username = "mei", password = "not this one at all" })
        ).ShouldBeRefused(ErrorCodes.InvalidCredentials);
}
