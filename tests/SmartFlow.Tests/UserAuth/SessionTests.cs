using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.UserAuth;

namespace SmartFlow.Tests.UserAuth;

public sealed class SessionTests
{
    private const string Refresh = "/api/v1/auth/refresh";
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task An_access_token_opens_the_api_for_a_quarter_of_an_hour()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.GetAsync(Me)).ShouldBe(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromMinutes(14));
        (await mei.GetAsync(Me)).ShouldBe(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await mei.GetAsync(Me)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_token_signed_with_another_key_is_nobodys()
    {
        await using var here = await SmartFlowApp.StartAsync();
        await using var there = await SmartFlowApp.StartAsync();
        await here.SignUpAsync();
        var foreign = await there.SignUpAsync();
        (await here.Anonymous.FetchAsync(Me, ("Authorization", "Bearer " + foreign.AccessToken))).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }

    [Fact]
    public async Task A_session_ends_seven_days_after_its_last_use()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Clock.Advance(TimeSpan.FromDays(6));
        var next = (await app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        app.Clock.Advance(TimeSpan.FromDays(7));
        var last = await app.Anonymous.PostAsync(
            Refresh,
            new { refresh_token = next.GetProperty("refresh_token").GetString() }
        );
        last.ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task The_oldest_sessions_end_when_there_are_too_many()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["UserAuth:MaxSessions"] = "2");
        var first = await app.SignUpAsync();
        var second = await app.SignInAsync("mei");
        await app.SignInAsync("mei");
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = first.RefreshToken })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = second.RefreshToken })).ShouldBe(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task Neither_tokens_nor_passwords_stand_in_the_database()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var key = await mei.CreateApiKeyAsync();
        await app.StopAsync();
        var bytes = string.Concat(
            Directory
                .GetFiles(app.DataFolder, "userauth.db*")
                .Select(f => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(f)))
        );
        bytes.ShouldContain("mei");
        foreach (var secret in new[] { mei.RefreshToken, mei.AccessToken, key, TestUser.DefaultPassword })
            bytes.ShouldNotContain(secret);
    }

    [Fact]
    public async Task The_token_of_a_deleted_user_opens_nothing()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var writer = app.Services.GetRequiredService<SmartFlow.Platform.Data.IWriter<UserAuthDb>>();
        await writer.WriteAsync((db, token) => db.Users.ExecuteDeleteAsync(token), default);
        (await mei.GetAsync(Me)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await app.Anonymous.PostAsync(Refresh, new { refresh_token = mei.RefreshToken })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }
}
