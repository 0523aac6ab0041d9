using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification;
using SmartFlow.Notification.Reminders;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Notification;

/// <summary>What is coming is told in time, once, to whom it concerns and who wants to hear it.</summary>
public sealed class ReminderTests(PostgresServer postgres)
{
    /// <summary>A Wednesday, 15:00 in Shanghai.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_somebody_asked_to_be_reminded_of_is_told_half_an_hour_before()
    {
        await using var app = await StartAsync();
        var mei = await app.SignUpAsync();
        (
            await mei.PostAsync(
                "/api/v1/tasks/quick-add",
                new { text = "提醒我今天下午4点交作业" },
                ("Idempotency-Key", "k1")
            )
        ).ShouldBe(HttpStatusCode.Created);
        await TaskAsync(mei, "done by then", Now.AddHours(1), complete: true);
        (await LookAsync(app)).ShouldBe(0);
        app.Clock.SetTo(Now.AddMinutes(29));
        (await LookAsync(app)).ShouldBe(0);
        app.Clock.SetTo(Now.AddMinutes(31));
        (await LookAsync(app)).ShouldBe(1);
        (await LookAsync(app)).ShouldBe(0);
        var notice = (await NoticesAsync(app)).Single();
        notice.Kind.ShouldBe("task.deadline.near");
        notice.UserId.ShouldBe((long)mei.Id);
        using var data = JsonDocument.Parse(notice.Data);
        data.RootElement.GetProperty("title").GetString().ShouldBe("交作业");
        data.RootElement.GetProperty("at").GetDateTimeOffset().ShouldBe(Now.AddHours(1));
        app.Clock.SetTo(Now.AddMinutes(56));
        (await LookAsync(app)).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_made_too_late_for_its_lead_is_told_five_minutes_before()
    {
        await using var app = await StartAsync();
        await TaskAsync(await app.SignUpAsync(), "soon", Now.AddMinutes(15));
        (await LookAsync(app)).ShouldBe(0);
        app.Clock.SetTo(Now.AddMinutes(10.5));
        (await LookAsync(app)).ShouldBe(1);
    }

    [Fact]
    public async Task Everybody_chooses_how_long_before_and_whether_at_all()
    {
        await using var app = await StartAsync();
        foreach (var (name, minutes) in new[] { ("day", 1_440), ("never", 0), ("usual", 30) })
        {
            var user = await app.SignUpAsync(name);
            await WishAsync(user, deadline: minutes);
            await TaskAsync(user, name, Now.AddHours(24).AddMinutes(5));
        }
        app.Clock.SetTo(Now.AddMinutes(6));
        (await LookAsync(app)).ShouldBe(1);
        app.Clock.SetTo(Now.AddHours(23).AddMinutes(36));
        (await LookAsync(app)).ShouldBe(1);
        (await NoticesAsync(app))
            .Select(n => JsonDocument.Parse(n.Data).RootElement.GetProperty("title").GetString())
            .ShouldBe(["day", "usual"], ignoreOrder: true);
    }

    [Fact]
    public async Task Blocks_are_told_and_courses_to_those_who_ask_for_them()
    {
        await using var app = await StartAsync();
        var study = await Study.BeginAsync(await app.SignUpAsync());
        // 19:00 in Shanghai.
        (await study.PlaceItemAsync(0, 1, 3, 9)).ShouldBe(HttpStatusCode.Created);
        app.Clock.SetTo(Now.AddHours(3).AddMinutes(31));
        (await LookAsync(app)).ShouldBe(1);
        (await LookAsync(app)).ShouldBe(0);
        (await NoticesAsync(app)).Single().Kind.ShouldBe("schedule.block.near");

        // Monday 10:15: the lecture.
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 30, 1, 50, 0, TimeSpan.Zero));
        (await LookAsync(app)).ShouldBe(0);
        var mei = await app.SignInAsync(study.User.Name);
        await WishAsync(mei, course: 30);
        (await LookAsync(app)).ShouldBe(1);
        (await NoticesAsync(app)).Count(n => n.Kind == "schedule.course.near").ShouldBe(1);

        // At 18:10 no section begins.
        var supper = new
        {
            title = "晚餐",
            date = "2026-11-30",
            starts = "18:10",
            ends = "18:50",
        };
        (await mei.PostAsync("/api/v1/events", supper, ("Idempotency-Key", "supper"))).ShouldBe(HttpStatusCode.Created);
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 30, 9, 41, 0, TimeSpan.Zero));
        (await LookAsync(app)).ShouldBe(1);
        (await NoticesAsync(app)).Count(n => n.Kind == "schedule.course.near").ShouldBe(2);
    }

    [Fact]
    public async Task The_next_day_is_told_in_the_evening_once_and_an_empty_one_not_at_all()
    {
        await using var app = await StartAsync();
        var mei = await app.SignUpAsync();
        var study = await Study.BeginAsync(mei);
        await WishAsync(mei, deadline: 0, outlook: "21:00");
        await TaskAsync(mei, "交报告", new DateTimeOffset(2026, 11, 26, 15, 59, 0, TimeSpan.Zero));
        (await study.PlaceItemAsync(0, 1, 4, 5)).ShouldBe(HttpStatusCode.Created);
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 25, 12, 59, 0, TimeSpan.Zero));
        (await LookAsync(app)).ShouldBe(0);
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 25, 13, 1, 0, TimeSpan.Zero));
        (await LookAsync(app)).ShouldBe(1);
        (await LookAsync(app)).ShouldBe(0);
        using var data = JsonDocument.Parse((await NoticesAsync(app)).Single().Data);
        data.RootElement.GetProperty("day").GetString().ShouldBe("2026-11-26");
        data.RootElement.GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("what").GetString())
            .ShouldBe(["block", "deadline"]);
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 27, 13, 1, 0, TimeSpan.Zero));
        (await LookAsync(app)).ShouldBe(0);
    }

    [Fact]
    public async Task Two_hosts_that_look_at_once_tell_once()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = await StartAsync(database);
        await using var other = await StartAsync(database);
        var mei = await one.SignUpAsync();
        for (var i = 0; i < 20; i++)
            await TaskAsync(mei, $"task {i}", Now.AddMinutes(25));
        var told = await Task.WhenAll(LookAsync(one), LookAsync(other));
        told.Sum().ShouldBe(20);
        (await NoticesAsync(one)).Count.ShouldBe(20);
    }

    private static async Task<SmartFlowApp> StartAsync(string database = "")
    {
        var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Notification:ReminderSeconds"] = "0";
            if (database.Length > 0)
                s.Settings["Data:ConnectionString"] = database;
            s.Settings["Auth:SigningKey"] = Convert.ToBase64String(new byte[32]);
        });
        app.Clock.SetTo(Now);
        return app;
    }

    private static Task<int> LookAsync(SmartFlowApp app) =>
        app.Services.GetRequiredService<Remind>().LookAsync(default);

    private static async Task TaskAsync(TestUser user, string title, DateTimeOffset deadline, bool complete = false)
    {
        var made = (
            await user.PostAsync(
                "/api/v1/tasks",
                new
                {
                    title,
                    priority_group = 1,
                    deadline_at = deadline,
                },
                ("Idempotency-Key", Guid.CreateVersion7().ToString())
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        if (complete)
            (await user.PostAsync($"/api/v1/tasks/{made.GetProperty("id")}/complete")).ShouldBe(HttpStatusCode.OK);
    }

    private static async Task WishAsync(TestUser user, int deadline = 30, int course = 0, string? outlook = null) =>
        (
            await user.PutAsync(
                NotificationFixture.Centre + "/preferences",
                new
                {
                    language = "zh-CN",
                    time_zone = "Asia/Shanghai",
                    deadline_minutes = deadline,
                    block_minutes = 30,
                    course_minutes = course,
                    outlook_at = outlook,
                    kinds = Array.Empty<object>(),
                }
            )
        ).ShouldBe(HttpStatusCode.OK);

    private static async Task<List<Notice>> NoticesAsync(SmartFlowApp app)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<NotificationDb>>()
            .CreateDbContextAsync();
        return await db.Notices.AsNoTracking().ToListAsync();
    }
}
