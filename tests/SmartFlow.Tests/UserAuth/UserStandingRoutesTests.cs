using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Agent.Turns;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Agent;
using static SmartFlow.Tests.UserAuth.StandingActs;

namespace SmartFlow.Tests.UserAuth;

public sealed class UserStandingRoutesTests
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task A_disabled_user_loses_sessions_keys_feed_and_what_runs_at_once()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Llm:BaseUrl"] = provider.BaseUrl;
            s.Settings["Llm:Model"] = "fake";
            s.Settings["Agent:StopDrainSeconds"] = "0";
        });
        var (boss, mei) = (await app.OperatorAsync(), await app.SignUpAsync());
        var key = ("Authorization", "Bearer " + await mei.CreateApiKeyAsync());
        var feed = (await mei.PostAsync("/api/v1/schedule/feed", new { })).Json.GetProperty("path").GetString()!;
        provider.Hold();
        var call = app.Anonymous.PostAsync(
            "/v1/chat/completions",
            new { model = "fake", messages = new[] { new { role = "user", content = "Hi" } } },
            key
        );
        await provider.WhenReceivedAsync(1);
        await using var turn = await OpenChat.BeginAsync(mei, new { message = "Hello" });
        await provider.WhenReceivedAsync(2);

        var disabled = (await boss.PostAsync($"{Users}/{mei.Id}/disable", Because)).ShouldBe(HttpStatusCode.OK).Json;
        disabled.GetProperty("disabled_at").GetString().ShouldNotBeNull();
        await Should.ThrowAsync<HttpRequestException>(() => call);
        await Should.ThrowAsync<Exception>(() => turn.UntilAsync("never"));
        await Eventually.GetAsync(
            () => Task.FromResult(app.Services.GetRequiredService<LiveTurns>().Find(turn.ConversationId)),
            t => t is null
        );
        (await mei.GetAsync(Me)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await app.Anonymous.FetchAsync("/v1/models", key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await app.Anonymous.FetchAsync(feed)).ShouldBeRefused(ErrorCodes.NotFound);
        (
            await app.Anonymous.PostAsync("/api/v1/auth/refresh", new { refresh_token = mei.RefreshToken })
        ).ShouldBeRefused(ErrorCodes.Unauthenticated);
        // Only who knows the password hears why.
        (await LoginAsync(app, "mei", "not this one at all")).ShouldBeRefused(ErrorCodes.InvalidCredentials);
        (await LoginAsync(app, "mei")).ShouldBeRefused(ErrorCodes.AccountDisabled);
        (await boss.PostAsync($"{Users}/{mei.Id}/disable", Because)).ShouldBeRefused(ErrorCodes.Conflict);

        (await boss.PostAsync($"{Users}/{mei.Id}/enable", Because)).ShouldBe(HttpStatusCode.OK);
        var again = await app.SignInAsync("mei");
        (await again.GetAsync(Me)).ShouldBe(HttpStatusCode.OK);
        (await app.Anonymous.FetchAsync("/v1/models", key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await mei.GetAsync(Me)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        var lines = (await boss.GetAsync($"/api/v1/admin/audit?subject=user:{mei.Id}"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToArray();
        lines.Select(l => l.GetProperty("action").GetString()).ShouldBe(["user.enable", "user.disable"]);
        lines[1].GetProperty("reason").GetString().ShouldBe("abuse of the provider");
    }

    [Fact]
    public async Task Nobody_stops_themselves_and_one_operator_stays()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (boss, chief, mei) = (await app.OperatorAsync(), await app.OperatorAsync("chief"), await app.SignUpAsync());
        foreach (var act in new[] { "disable", "revoke-operator" })
            (await boss.PostAsync($"{Users}/{boss.Id}/{act}", Because)).ShouldBeRefused(ErrorCodes.Conflict);
        (await boss.PostAsync($"{Users}/{mei.Id}/revoke-operator", Because)).ShouldBeRefused(ErrorCodes.Conflict);
        (await boss.PostAsync($"{Users}/999999/disable", Because)).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.PostAsync($"{Users}/{mei.Id}/disable", new { reason = "x" })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await mei.PostAsync($"{Users}/{boss.Id}/disable", Because)).ShouldBeRefused(ErrorCodes.Forbidden);
        (await chief.GetAsync(Users)).ShouldBe(HttpStatusCode.OK);
        (await boss.PostAsync($"{Users}/{chief.Id}/revoke-operator", Because)).ShouldBe(HttpStatusCode.OK);
        // The token still says that chief is one.
        (await chief.GetAsync(Users)).ShouldBeRefused(ErrorCodes.Forbidden);
        (await chief.GetAsync(Me)).ShouldBe(HttpStatusCode.OK);
        foreach (var command in new[] { "disable", "revoke-role" })
            (await RunAsync(app, command, "boss", "operator")).ShouldBe(1);
        (await boss.GetAsync(Users + "?q=chief"))
            .Json.GetProperty("items")[0]
            .GetProperty("roles")
            .GetArrayLength()
            .ShouldBe(0);
    }

    private static Task<Answer> LoginAsync(SmartFlowApp app, string name, string password = TestUser.DefaultPassword) =>
        app.Anonymous.PostAsync("/api/v1/auth/login", new { username = name, password });
}
