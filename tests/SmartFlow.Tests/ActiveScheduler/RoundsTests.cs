using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler;
using SmartFlow.Notification;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Notification;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.ActiveScheduler;

/// <summary>Rounds over all users, and what outlives a host.</summary>
public sealed class RoundsTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_round_takes_fifty_jobs_and_the_next_one_the_rest()
    {
        await using var app = await StartAsync(s =>
            (s.Settings["ActiveScheduler:OpenPerUser"], s.Settings["ActiveScheduler:AskModel"]) = ("100", "false")
        );
        var mei = await Troubled.BeginAsync(await app.SignUpAsync(), items: 0);
        await mei.Study.WriteAsync(db =>
        {
            db.AddRange(
                Enumerable
                    .Range(1, 51)
                    .Select(n => new SmartFlow.Planner.QuickTasks.QuickTask
                    {
                        UserId = mei.User.Id,
                        Title = $"urgent {n}",
                        PriorityGroup = 1,
                        EstimatedSections = 1,
                        Version = 1,
                    })
            );
            return Task.CompletedTask;
        });
        (await mei.RoundAsync()).ShouldBe(50);
        (await mei.TriggersAsync()).Count.ShouldBe(50);
        (await mei.RoundAsync()).ShouldBe(1);
        (await mei.TriggersAsync()).Count.ShouldBe(51);
        (await mei.RoundAsync()).ShouldBe(0);
        (await mei.ListAsync()).ShouldAllBe(s => s.GetProperty("chosen_by").GetString() == "rules");
    }

    /// <summary>Nobody wants to decide on more than some at a time: what else there is waits.</summary>
    [Fact]
    public async Task Dismissed_and_snoozed_is_remembered_over_a_restart()
    {
        var folder = await MigratedFolder.NewAsync();
        try
        {
            string name;
            await using (var app = await StartAsync(s => s.DataFolder = folder))
            {
                var mei = await Troubled.BeginAsync(await app.SignUpAsync());
                name = mei.User.Name;
                var kept = await mei.UrgentAsync("dismissed", dueInHours: 120);
                await mei.UrgentAsync("snoozed", dueInHours: 120);
                await mei.RoundAsync();
                var suggestions = (await mei.ListAsync()).ToDictionary(s => s.GetProperty("title").GetString()!);
                (await mei.DismissAsync(suggestions["dismissed"])).ShouldBe(HttpStatusCode.NoContent);
                (await mei.DismissAsync(suggestions["dismissed"])).ShouldBe(HttpStatusCode.NoContent);
                (await mei.SnoozeAsync(suggestions["snoozed"], 2_000)).ShouldBe(HttpStatusCode.NoContent);
                (await mei.SnoozeAsync(suggestions["snoozed"], 2_000)).ShouldBe(HttpStatusCode.NoContent);
                (await mei.ConfirmAsync(suggestions["snoozed"]))
                    .ShouldBeRefused(ErrorCodes.Conflict)
                    .Json.GetProperty("rule")
                    .GetString()
                    .ShouldBe("ended");
                await mei.RoundAsync();
                (await mei.ListAsync()).ShouldBeEmpty();
            }
            await using (var app = await StartAsync(s => s.DataFolder = folder))
            {
                // The next day both would be raised under the key of that day.
                app.Clock.SetTo(StartedApp.Now.AddHours(25));
                (await Troubled.RoundAsync(app)).ShouldBe(0);
                app.Clock.SetTo(StartedApp.Now.AddHours(34));
                (await Troubled.RoundAsync(app)).ShouldBe(1);
                (await Troubled.RoundAsync(app)).ShouldBe(0);
                var mei = await app.SignInAsync(name);
                var open = (await mei.GetAsync(Troubled.Suggestions)).Json.GetProperty("items");
                open.GetArrayLength().ShouldBe(1);
                open[0].GetProperty("title").GetString().ShouldBe("snoozed");
            }
        }
        finally
        {
            TestFolders.Delete(folder);
        }
    }

    [Fact]
    public async Task Two_hosts_on_one_database_make_one_suggestion()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = await StartAsync(On);
        await using var other = await StartAsync(On);
        var mei = await Troubled.BeginAsync(await one.SignUpAsync());
        for (var i = 0; i < 5; i++)
            await mei.UrgentAsync($"task {i}");
        var made = await Task.WhenAll(Troubled.RoundAsync(one), Troubled.RoundAsync(other));
        made.Sum().ShouldBe(5);
        (await mei.ListAsync("all")).Count.ShouldBe(5);
        await using var db = await one
            .Services.GetRequiredService<IDbContextFactory<ActiveSchedulerDb>>()
            .CreateDbContextAsync();
        (await db.Leases.CountAsync()).ShouldBe(1);
        (await mei.ConfirmAsync(await FirstAsync())).ShouldBe(HttpStatusCode.OK);

        async Task<JsonElement> FirstAsync() => (await mei.ListAsync())[^1];

        void On(AppSetup setup)
        {
            setup.Settings["Data:ConnectionString"] = database;
            setup.Settings["Auth:SigningKey"] = Convert.ToBase64String(new byte[32]);
        }
    }

    /// <summary>The claim of a host that died lapses, and whoever goes on asks the same call again.</summary>
    [Fact]
    public async Task A_process_that_is_killed_after_the_models_choice_leaves_one_suggestion_and_one_charge()
    {
        var folder = await MigratedFolder.NewAsync();
        try
        {
            await using (
                var process = await SmartFlowProcess.StartAsync(
                    folder,
                    ("SMARTFLOW_FAULT", "suggestion.chosen"),
                    ("ActiveScheduler__ScanSeconds", "0")
                )
            )
            {
                var session = (
                    await process.Http.PostAsync(
                        "/api/v1/auth/register",
                        new { username = "mei", password = TestUser.DefaultPassword }
                    )
                ).ShouldBe(HttpStatusCode.Created);
                process.SignIn(session.Json.GetProperty("access_token").GetString()!);
                await PlantAsync(process.Http);
                var asking = process.Http.PostAsync(
                    Troubled.Trigger,
                    new { language = "en" },
                    ("Idempotency-Key", "pause")
                );
                await process.DiedAsync("suggestion.chosen");
                await Should.ThrowAsync<HttpRequestException>(asking);
            }
            await using var app = await SmartFlowApp.StartAsync(s => s.DataFolder = folder);
            var mei = await app.SignInAsync("mei");
            await Troubled.RoundAsync(app);
            (await mei.GetAsync(Troubled.Suggestions)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
            app.Clock.Advance(TimeSpan.FromMinutes(3));
            await Troubled.RoundAsync(app);
            await Troubled.RoundAsync(app);
            var suggestion = (await mei.GetAsync(Troubled.Suggestions + "?state=all"))
                .Json.GetProperty("items")
                .EnumerateArray()
                .ShouldHaveSingleItem();
            suggestion.GetProperty("state").GetString().ShouldBe("open");
            suggestion.GetProperty("chosen_by").GetString().ShouldBe("model");
            await ShouldCostAsync(mei, suggestion);
        }
        finally
        {
            TestFolders.Delete(folder);
        }
    }

    [Fact]
    public async Task What_is_suggested_is_told_unless_its_user_does_not_want_to_hear_it()
    {
        await using var app = await StartAsync();
        var mei = await Troubled.BeginAsync(await app.SignUpAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        await Eventually.IsTrueAsync(async () => (await NoticesAsync(app)).Count == 1, "the suggestion is told");
        var notice = (await NoticesAsync(app)).Single();
        notice.Kind.ShouldBe("active_scheduler.suggested");
        JsonDocument.Parse(notice.Data).RootElement.GetProperty("title").GetString().ShouldBe("essay");

        // A reminder is chosen instead of a change, and told in its time.
        var remind = Troubled
            .Candidates(await mei.OnlyAsync())
            .Single(c => c.GetProperty("kind").GetString() == "remind");
        (await mei.ConfirmAsync(await mei.OnlyAsync(), remind.GetProperty("id").GetString())).ShouldBe(
            HttpStatusCode.OK
        );
        await mei.RoundAsync();
        app.Clock.SetTo(remind.GetProperty("remind_at").GetDateTimeOffset());
        await mei.RoundAsync();
        await Eventually.IsTrueAsync(async () => (await NoticesAsync(app)).Count == 2, "the reminder is told");
        app.Clock.SetTo(StartedApp.Now);

        var deaf = await Troubled.BeginAsync(await app.SignUpAsync("deaf"));
        (
            await deaf.User.PutAsync(
                NotificationFixture.Centre + "/preferences",
                new
                {
                    language = "en",
                    time_zone = "Asia/Shanghai",
                    deadline_minutes = 30,
                    block_minutes = 30,
                    course_minutes = 0,
                    kinds = new[]
                    {
                        new
                        {
                            kind = "active_scheduler.suggested",
                            told = false,
                            channels = Array.Empty<string>(),
                        },
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        await deaf.UrgentAsync("report");
        await deaf.RoundAsync();
        await deaf.OnlyAsync();
        await mei.UrgentAsync("another");
        await mei.RoundAsync();
        await Eventually.IsTrueAsync(async () => (await NoticesAsync(app)).Count == 3, "the later one is told");
        (await NoticesAsync(app)).ShouldAllBe(n => n.UserId == (long)mei.User.Id);
    }

    [Fact]
    public async Task What_has_ended_long_ago_is_deleted_and_an_account_takes_all_with_it()
    {
        await using var app = await StartAsync();
        var mei = await Troubled.BeginAsync(await app.SignUpAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        (await mei.DismissAsync(await mei.OnlyAsync())).ShouldBe(HttpStatusCode.NoContent);
        var cleaning = app.Services.GetRequiredService<CleanUpSuggestions>();
        (await cleaning.RunOnceAsync(default)).ShouldBe(0);
        app.Clock.SetTo(StartedApp.Now.AddDays(31));
        (await cleaning.RunOnceAsync(default)).ShouldBe(2);
        app.Clock.SetTo(StartedApp.Now);
        await mei.UrgentAsync("report");
        await mei.RoundAsync();
        var forget = app
            .Services.GetServices<SmartFlow.Platform.Bus.IConsumer>()
            .Single(c => c.Group == SmartFlow.ActiveScheduler.ForgetUser.Group);
        await forget.HandleAsync(
            [
                new SmartFlow.Platform.Bus.BusEvent(
                    "gone",
                    "user.deleted",
                    "1",
                    JsonSerializer.SerializeToUtf8Bytes(new { user_id = mei.User.Id }),
                    "",
                    StartedApp.Now
                ),
            ],
            default
        );
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<ActiveSchedulerDb>>()
            .CreateDbContextAsync();
        (await db.Triggers.CountAsync() + await db.Suggestions.CountAsync() + await db.Mutes.CountAsync()).ShouldBe(0);
    }

    /// <summary>A study block of two sections within the coming hours, wherever the day stands.</summary>
    private static async Task PlantAsync(HttpClient http)
    {
        var now = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var at = now.Hour >= 9 ? now.Date.AddDays(1) : now.Date;
        var day = ((int)at.DayOfWeek + 6) % 7 + 1;
        (
            await http.SendAsync(
                HttpMethod.Put,
                "/api/v1/terms/current",
                new
                {
                    name = "term",
                    first_monday = DateOnly.FromDateTime(at.AddDays(1 - day)),
                    weeks = 4,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        var task = (
            await http.PostAsync(
                "/api/v1/tasks",
                new
                {
                    title = "read",
                    priority_group = 2,
                    estimated_sections = 2,
                },
                ("Idempotency-Key", "task")
            )
        ).ShouldBe(HttpStatusCode.Created);
        (
            await http.PostAsync(
                "/api/v1/schedule/placements",
                new
                {
                    quick_task_id = task.Json.GetProperty("id").GetInt64(),
                    week = 1,
                    day,
                    section_from = now.Hour >= 9 ? 1 : 5,
                },
                ("Idempotency-Key", "place")
            )
        ).ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>One call of the scene, and one charge of what the suggestion says.</summary>
    internal static async Task ShouldCostAsync(TestUser user, JsonElement suggestion)
    {
        var cost = suggestion.GetProperty("credit_micros").GetInt64();
        cost.ShouldBeGreaterThan(0);
        var charges = new List<JsonElement>();
        await Eventually.IsTrueAsync(
            async () =>
            {
                charges =
                [
                    .. (await user.GetAsync("/api/v1/credit-store/transactions?source=charge"))
                        .Json.GetProperty("items")
                        .EnumerateArray(),
                ];
                return charges.Count > 0;
            },
            "the choice is charged"
        );
        charges.ShouldHaveSingleItem().GetProperty("amount_micros").GetInt64().ShouldBe(-cost);
        var call = (await user.GetAsync("/api/v1/calls"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .ShouldHaveSingleItem();
        call.GetProperty("scene").GetString().ShouldBe("active_scheduler.select");
        call.GetProperty("credit_micros").GetInt64().ShouldBe(cost);
    }

    private static Task<SmartFlowApp> StartAsync() => StartAsync(_ => { });

    private static async Task<SmartFlowApp> StartAsync(Action<AppSetup> configure)
    {
        var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Notification:ReminderSeconds"] = "0";
            configure(s);
        });
        app.Clock.SetTo(StartedApp.Now);
        return app;
    }

    private static async Task<List<Notice>> NoticesAsync(SmartFlowApp app)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<NotificationDb>>()
            .CreateDbContextAsync();
        return await db.Notices.AsNoTracking().ToListAsync();
    }
}
