using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;

namespace SmartFlow.Tests.UserAuth;

/// <summary>Operators switch things off and on while everything runs.</summary>
public sealed class SwitchFeaturesTests(PostgresServer postgres)
{
    private const string Features = "/api/v1/admin/features";

    [Fact]
    public async Task What_is_off_is_not_offered_and_refused_with_its_name()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Notification:PublicUrl"] = "https://plan.example.org";
            s.Settings["Features:Mcp"] = "false";
        });
        var (boss, mei) = (await app.OperatorAsync(), await app.SignUpAsync());
        var key = (
            "Authorization",
            "Bearer "
                + (await mei.PostAsync("/api/v1/api-keys", new { name = "mcp", scopes = new[] { "mcp.read" } }))
                    .Json.GetProperty("key")
                    .GetString()
        );
        (await OfferedAsync())["mcp"].ShouldBeFalse("the configuration has it off");
        Refused(
            await app.Anonymous.PostAsync(
                "/mcp",
                new
                {
                    jsonrpc = "2.0",
                    id = 1,
                    method = "tools/list",
                },
                key
            ),
            "mcp"
        );
        (await SetAsync(boss, "mcp", true)).ShouldBe(HttpStatusCode.OK);
        (
            await app.Anonymous.PostAsync(
                "/mcp",
                new
                {
                    jsonrpc = "2.0",
                    id = 1,
                    method = "tools/list",
                },
                key,
                ("Accept", "application/json, text/event-stream")
            )
        ).ShouldBe(HttpStatusCode.OK);

        foreach (var name in Feature.All)
            (await SetAsync(boss, name, false)).ShouldBe(HttpStatusCode.OK);
        (await OfferedAsync()).Values.ShouldAllBe(on => !on);
        Refused(
            await app.Anonymous.PostAsync(
                "/api/v1/auth/register",
                new { username = "li", password = TestUser.DefaultPassword }
            ),
            "registration"
        );
        Refused(await app.Anonymous.FetchAsync("/api/v1/plan-square/posts"), "plaza");
        Refused(await mei.PostAsync("/api/v1/agent/chat", new { message = "Hi" }), "agent");
        Refused(await mei.GetAsync("/api/v1/active-schedule/suggestions"), "active_scheduler");
        Refused(
            await app.Anonymous.PostAsync(
                "/mcp",
                new
                {
                    jsonrpc = "2.0",
                    id = 1,
                    method = "tools/list",
                },
                key
            ),
            "mcp"
        );
        var image = new MultipartFormDataContent
        {
            { new ByteArrayContent([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0]), "image", "t.png" },
        };
        Refused(await mei.PostAsync("/api/v1/courses/import/preview", image), "image_import");
        (await mei.GetAsync("/api/v1/notifications/channels")).Text.ShouldContain("\"push_key\":null");
        (await app.Services.GetRequiredService<Rounds>().RunAsync(default)).ShouldBe(0);
        // What is nobody's to switch stays: strangers hear what they always hear, signed-in users go on.
        (await app.Anonymous.FetchAsync("/api/v1/agent/conversations")).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await mei.GetAsync("/api/v1/auth/me")).ShouldBe(HttpStatusCode.OK);

        (await SetAsync(boss, "plaza", true)).Json.GetProperty("on").GetBoolean().ShouldBeTrue();
        (await app.Anonymous.FetchAsync("/api/v1/plan-square/posts")).ShouldBe(HttpStatusCode.OK);
        (await SetAsync(boss, "plaza", true, "x")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await SetAsync(boss, "gravity", false)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.PutAsync(Features + "/plaza", new { on = false, reason = "because" })).ShouldBeRefused(
            ErrorCodes.Forbidden
        );
        var listed = (await boss.GetAsync(Features))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToDictionary(f => f.GetProperty("name").GetString()!);
        listed["mcp"].GetProperty("default").GetBoolean().ShouldBeFalse();
        listed["plaza"].GetProperty("changed_at").GetString().ShouldNotBeNull();
        var line = (await boss.GetAsync("/api/v1/admin/audit?subject=feature:plaza")).Json.GetProperty("items")[0];
        line.GetProperty("after").GetProperty("on").GetBoolean().ShouldBeTrue();
        line.GetProperty("reason").GetString().ShouldBe("for maintenance");

        async Task<Dictionary<string, bool>> OfferedAsync() =>
            (await app.Anonymous.FetchAsync("/api/v1/auth/capabilities"))
                .Json.GetProperty("features")
                .EnumerateObject()
                .ToDictionary(f => f.Name, f => f.Value.GetBoolean());
    }

    [Fact]
    public async Task Every_process_follows_within_seconds_and_over_a_restart()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var boss = await one.OperatorAsync();
        (await SetAsync(boss, "plaza", false)).ShouldBe(HttpStatusCode.OK);
        await Eventually.IsTrueAsync(
            async () =>
                (await other.Anonymous.FetchAsync("/api/v1/plan-square/posts")).Status == HttpStatusCode.Forbidden,
            "the other process follows"
        );
        await using var later = await StartAsync();
        Refused(await later.Anonymous.FetchAsync("/api/v1/plan-square/posts"), "plaza");

        Task<SmartFlowApp> StartAsync() =>
            SmartFlowApp.StartAsync(s =>
            {
                s.Settings["Data:ConnectionString"] = connection;
                s.Settings["Features:RefreshSeconds"] = "1";
            });
    }

    private static Task<Answer> SetAsync(TestUser boss, string name, bool on, string reason = "for maintenance") =>
        boss.PutAsync($"{Features}/{name}", new { on, reason });

    private static void Refused(Answer answer, string feature)
    {
        answer.ShouldBeRefused(ErrorCodes.FeatureOff).Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Json.GetProperty("feature").GetString().ShouldBe(feature);
    }
}
