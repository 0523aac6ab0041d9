using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Platform.Rpc;

namespace SmartFlow.Tests.UserAuth;

public sealed class ExportAccountTests
{
    private const string Export = "/api/v1/account/export";

    [Fact]
    public async Task It_has_everything_that_the_user_did_and_no_secret()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var life = await FullLife.LiveAsync(app);
        var file = (await life.User.GetAsync(Export)).ShouldBe(HttpStatusCode.OK);
        file.Header("Content-Type").ShouldBe("application/json; charset=utf-8");
        file.Header("Content-Disposition")
            .ShouldBe($"attachment; filename=\"smartflow-export-{app.Clock.GetUtcNow():yyyy-MM-dd}.json\"");
        file.Header("Cache-Control").ShouldBe("no-store");

        // What a call was asked and answered is never journaled; a report of somebody else's post is told, and so is
        // all else.
        foreach (
            var text in life.Typed.Where(t =>
                !t.Contains("completion", StringComparison.Ordinal) && !t.Contains("response", StringComparison.Ordinal)
            )
        )
            file.Text.ShouldContain(text);
        foreach (var secret in life.Secrets)
            file.Text.ShouldNotContain(secret);
        file.Json.GetProperty("complete").GetBoolean().ShouldBeTrue();
        var modules = file.Json.GetProperty("modules");
        modules
            .EnumerateObject()
            .Select(m => m.Name)
            .ShouldBe([
                "user_auth",
                "planner",
                "agent",
                "memory",
                "active_scheduler",
                "notification",
                "forum",
                "llm",
                "token_store",
            ]);
        foreach (var (module, section) in Filled)
            modules
                .GetProperty(module)
                .GetProperty(section)
                .GetArrayLength()
                .ShouldBeGreaterThan(0, $"{module}.{section}");

        var account = modules.GetProperty("token_store").GetProperty("accounts")[0];
        var movements = modules.GetProperty("token_store").GetProperty("transactions").EnumerateArray().ToArray();
        movements
            .Sum(m => m.GetProperty("amount_micros").GetInt64())
            .ShouldBe(account.GetProperty("posted_micros").GetInt64());
        movements[0].GetProperty("created_at").GetString().ShouldNotBeNull().ShouldEndWith("Z");
        // Nobody else's.
        var others = (await life.Other.GetAsync(Export)).ShouldBe(HttpStatusCode.OK);
        others.Text.ShouldNotContain(FullLife.Mark + " memory");
        others.Json.GetProperty("user_id").GetUInt64().ShouldBe(life.Other.Id);
    }

    private static readonly (string Module, string Section)[] Filled =
    [
        ("user_auth", "account"),
        ("user_auth", "sessions"),
        ("user_auth", "api_keys"),
        ("user_auth", "links"),
        ("planner", "terms"),
        ("planner", "courses"),
        ("planner", "events"),
        ("planner", "task_series"),
        ("planner", "task_classes"),
        ("planner", "task_items"),
        ("planner", "quick_tasks"),
        ("planner", "schedule"),
        ("planner", "schedule_changes"),
        ("planner", "calendar_feeds"),
        ("agent", "conversations"),
        ("agent", "messages"),
        ("agent", "confirmations"),
        ("agent", "proposals"),
        ("memory", "memories"),
        ("memory", "changes"),
        ("active_scheduler", "suggestions"),
        ("active_scheduler", "triggers"),
        ("notification", "channels"),
        ("notification", "notifications"),
        ("forum", "posts"),
        ("forum", "plans"),
        ("forum", "tags"),
        ("forum", "comments"),
        ("forum", "likes"),
        ("forum", "imports"),
        ("forum", "reports"),
        ("llm", "calls"),
        ("token_store", "accounts"),
        ("token_store", "transactions"),
        ("token_store", "orders"),
        ("token_store", "alerts"),
    ];

    [Fact]
    public async Task More_than_a_batch_comes_whole_and_in_order_and_exports_are_few()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["UserAuth:ExportsPerHour"] = "2");
        var mei = await app.SignUpAsync();
        for (var i = 0; i < 450; i++)
            await app.ChargeAsync(mei, 1, $"call-{i}");
        // Those have texts for a key.
        var matters = Enumerable.Range(1, 450).Select(i => $"matter-{i:000}").ToArray();
        await app
            .Services.GetRequiredService<IWriter<ActiveSchedulerDb>>()
            .SaveAsync(
                (db, _) =>
                {
                    db.Mutes.AddRange(
                        matters.Select(m => new Mute
                        {
                            UserId = mei.Id,
                            Matter = m,
                            Until = app.Clock.GetUtcNow(),
                        })
                    );
                    return Task.CompletedTask;
                },
                default
            );
        for (var i = 0; i < 2; i++)
        {
            var file = (await mei.GetAsync(Export)).ShouldBe(HttpStatusCode.OK);
            file.Json.GetProperty("modules")
                .GetProperty("token_store")
                .GetProperty("transactions")
                .EnumerateArray()
                .Select(t => t.GetProperty("seq").GetInt64())
                .ShouldBe(Enumerable.Range(1, 451).Select(s => (long)s));
            file.Json.GetProperty("modules")
                .GetProperty("active_scheduler")
                .GetProperty("mutes")
                .EnumerateArray()
                .Select(m => m.GetProperty("matter").GetString())
                .ShouldBe(matters);
        }
        (await mei.GetAsync(Export)).ShouldBeRefused(ErrorCodes.RateLimited).Header("Retry-After").ShouldNotBeNull();
        (await (await app.SignUpAsync("li")).GetAsync(Export)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_module_that_breaks_off_breaks_the_file_off()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Services = services => services.AddSingleton<IUserData<UserDataOf.TokenStore>, BreaksOff>()
        );
        var file = await (await app.SignUpAsync()).GetAsync(Export);
        file.Broken.ShouldBeTrue();
        file.Text.ShouldContain("\"user_auth\"");
        file.Text.ShouldNotContain("complete");
    }

    [Fact]
    public async Task Modules_elsewhere_give_their_parts_and_one_that_is_away_refuses_the_file()
    {
        await using var back = await SplitTests.StartAsync("tokenstore,llm,planner");
        await using var front = await SplitTests.StartAsync(
            "userauth,agent",
            ("TokenStore", back.RpcUrl),
            ("Llm", back.RpcUrl),
            ("Planner", back.RpcUrl)
        );
        var mei = await front.SignUpAsync();
        (
            await back.Anonymous.SendAsync(
                HttpMethod.Post,
                "/api/v1/tasks",
                new { title = "over there", priority_group = 1 },
                ("Authorization", "Bearer " + mei.AccessToken),
                ("Idempotency-Key", "k")
            )
        ).ShouldBe(HttpStatusCode.Created);
        var file = (await mei.GetAsync(Export)).ShouldBe(HttpStatusCode.OK).Json;
        file.GetProperty("modules")
            .GetProperty("planner")
            .GetProperty("quick_tasks")[0]
            .GetProperty("title")
            .GetString()
            .ShouldBe("over there");
        file.GetProperty("not_installed")
            .EnumerateArray()
            .Select(m => m.GetString())
            .ShouldBe(["memory", "active_scheduler", "notification", "forum"]);
        await back.StopAsync();
        (await mei.GetAsync(Export)).ShouldBeRefused(ErrorCodes.Unavailable).Text.ShouldContain("Planner");
    }

    /// <summary>A module whose process dies while it tells.</summary>
    private sealed class BreaksOff : IUserData<UserDataOf.TokenStore>
    {
        public async IAsyncEnumerable<ExportPiece> ExportAsync(
            ExportRequest request,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            yield return ExportPiece.Of("accounts", []);
            await Task.Yield();
            throw new RefusedException(ErrorCodes.Unavailable, "TokenStore is out of reach.");
        }
    }
}
