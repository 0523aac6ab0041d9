using System.Globalization;
using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.Renewal;

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
}
