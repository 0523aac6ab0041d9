using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification;
using SmartFlow.Notification.Delivering;
using SmartFlow.Notification.Preferences;
using SmartFlow.Notification.Telling;

namespace SmartFlow.Tests.Notification;

/// <summary>
/// What is told leaves the centre once, in its time and within its limits, and its owner sees what became of it.
/// </summary>
public sealed class DeliveryTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_is_tried_again_with_a_growing_pause_and_the_same_id(bool onPostgres)
    {
        var database = onPostgres ? await postgres.NewDatabaseAsync() : "";
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        await f.AddWebhookAsync();
        f.Peer.Answers = (http, count) =>
        {
            http.Response.StatusCode = count < 3 ? 503 : 200;
            return Task.CompletedTask;
        };
        (await f.TellAsync("e1")).ShouldBe(1);
        (await f.TellAsync("e1")).ShouldBe(0);
        var waiting = await f.DeliveryAsync("waiting", "http_503");
        waiting.GetProperty("tries").GetInt32().ShouldBe(1);
        (waiting.GetProperty("next_try_at").GetDateTimeOffset() - f.App.Clock.GetUtcNow()).ShouldBeInRange(
            TimeSpan.FromSeconds(5),
            TimeSpan.FromSeconds(34)
        );
        f.App.Clock.Advance(TimeSpan.FromSeconds(34));
        await f.Peer.ReceivesAsync(2);
        await f.DeliveriesAsync(d =>
            d.GetProperty("tries").GetInt32() == 2 && d.GetProperty("reason").GetString() == "http_503"
        );
        f.App.Clock.Advance(TimeSpan.FromMinutes(3));
        (await f.DeliveryAsync("sent")).GetProperty("tries").GetInt32().ShouldBe(3);
        f.Peer.Received.Select(r => r.Headers["webhook-id"]).Distinct().Count().ShouldBe(1);
        f.Peer.Received.Count.ShouldBe(3);
    }

    [Fact]
    public async Task After_the_last_try_it_has_failed_and_what_no_repeat_mends_is_tried_once()
    {
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Notification:Tries"] = "2");
        await f.AddWebhookAsync();
        f.Peer.Says(500, "the password of the database is hunter2");
        await f.TellAsync("e1");
        await f.DeliveryAsync("waiting", "http_500");
        f.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await f.DeliveryAsync("failed", "http_500");
        f.Peer.Says(403);
        await f.TellAsync("e2");
        (await f.DeliveryAsync("failed", "http_403")).GetProperty("tries").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_put_into_words_is_tried_as_often_as_anything_and_no_more()
    {
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Notification:Tries"] = "2");
        await f.AddWebhookAsync();
        var broken = new Told((long)f.User.Id, "e1", Kinds.Outlook, "{}", f.App.Clock.GetUtcNow());
        (await f.App.Services.GetRequiredService<Tell>().TellAsync([broken], default)).ShouldBe(1);
        (await f.DeliveryAsync("waiting", "internal")).GetProperty("tries").GetInt32().ShouldBe(1);
        f.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await f.DeliveryAsync("failed", "internal");
        f.Peer.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_comes_in_quiet_hours_goes_out_when_they_end()
    {
        await using var f = await NotificationFixture.StartAsync();
        await f.AddWebhookAsync();
        // 23:30 in Shanghai.
        f.App.Clock.SetTo(new DateTimeOffset(2027, 3, 1, 15, 30, 0, TimeSpan.Zero));
        var mei = new NotificationFixture(f.App, f.Peer, await f.App.SignInAsync(f.User.Name));
        await mei.WishAsync(w => (w["quiet_from"], w["quiet_to"]) = ("23:00", "07:00"));
        await mei.TellAsync("e1");
        var held = await mei.DeliveryAsync("waiting", "quiet_hours");
        held.GetProperty("next_try_at")
            .GetDateTimeOffset()
            .ShouldBe(new DateTimeOffset(2027, 3, 1, 23, 0, 0, TimeSpan.Zero));
        held.GetProperty("tries").GetInt32().ShouldBe(0);
        f.Peer.Received.ShouldBeEmpty();
        f.App.Clock.SetTo(new DateTimeOffset(2027, 3, 1, 23, 0, 1, TimeSpan.Zero));
        await f.Peer.ReceivesAsync(1);
    }

    [Fact]
    public async Task A_channel_has_so_many_a_day_and_a_new_day_begins_anew()
    {
        await using var f = await NotificationFixture.StartAsync(s =>
            s.Settings["Notification:DeliveriesPerDay"] = "2"
        );
        await f.AddWebhookAsync();
        f.App.Clock.SetTo(new DateTimeOffset(2027, 3, 1, 4, 0, 0, TimeSpan.Zero));
        var mei = new NotificationFixture(f.App, f.Peer, await f.App.SignInAsync(f.User.Name));
        foreach (var id in new[] { "e1", "e2" })
        {
            await mei.TellAsync(id);
            await mei.DeliveryAsync("sent");
        }
        await mei.TellAsync("e3");
        await mei.DeliveryAsync("skipped", "daily_limit");
        f.App.Clock.Advance(TimeSpan.FromDays(1));
        mei = new NotificationFixture(f.App, f.Peer, await f.App.SignInAsync(f.User.Name));
        await mei.TellAsync("e4");
        await mei.DeliveryAsync("sent");
        f.Peer.Received.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_slow_peer_holds_up_its_own_channel_alone()
    {
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Notification:SendSeconds"] = "2");
        await f.AddWebhookAsync("/slow");
        await f.AddWebhookAsync("/quick");
        f.Peer.Answers = (http, _) =>
            http.Request.Path == "/slow"
                ? Task.Delay(TimeSpan.FromSeconds(30), http.RequestAborted)
                : Task.CompletedTask;
        await f.TellAsync("e1");
        var both = await f.DeliveriesAsync(d =>
            d.GetProperty("state").GetString() == "sent"
            || d.GetProperty("reason").ValueKind == System.Text.Json.JsonValueKind.String
        );
        both.Select(d => d.GetProperty("state").GetString() + d.GetProperty("reason").GetString())
            .ShouldBe(["waitingtimeout", "sent"], ignoreOrder: true);
    }

    [Fact]
    public async Task Two_hosts_send_once_and_one_that_died_in_a_try_is_followed()
    {
        var database = await postgres.NewDatabaseAsync();
        var key = Convert.ToBase64String(new byte[32]);
        void Configure(AppSetup s)
        {
            s.Settings["Data:ConnectionString"] = database;
            s.Settings["Auth:SigningKey"] = key;
        }
        await using var f = await NotificationFixture.StartAsync(Configure);
        await using var other = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Notification:AllowPrivateNetwork"] = "true";
            s.Settings["Notification:ReminderSeconds"] = "0";
            Configure(s);
        });
        await f.AddWebhookAsync();
        await Task.WhenAll(
            Enumerable.Range(0, 10).SelectMany(i => new[] { f.TellAsync($"e{i}"), f.TellAsync($"e{i}", other) })
        );
        await Eventually.IsTrueAsync(async () => await StatesAsync(f, DeliveryState.Waiting) == 0, "all are sent");
        f.Peer.Received.Count.ShouldBe(10);
        f.Peer.Received.Select(r => r.Headers["webhook-id"]).Distinct().Count().ShouldBe(10);

        // As a process leaves it that dies after it took a delivery: the time of its try runs, then another takes it.
        await using (
            var db = await f.App.Services.GetRequiredService<IDbContextFactory<NotificationDb>>().CreateDbContextAsync()
        )
            await db
                .Deliveries.Where(d => d.Id == db.Deliveries.Max(m => m.Id))
                .ExecuteUpdateAsync(s =>
                    s.SetProperty(d => d.State, DeliveryState.Waiting)
                        .SetProperty(d => d.DueAt, f.App.Clock.GetUtcNow().AddSeconds(40))
                );
        other.Clock.Advance(TimeSpan.FromSeconds(41));
        await f.Peer.ReceivesAsync(11);
        f.Peer.Received.Select(r => r.Headers["webhook-id"]).Distinct().Count().ShouldBe(10);
    }

    /// <summary>As processes leave it that died in every try, so that none of them could note how it went.</summary>
    [Fact]
    public async Task A_delivery_in_whose_tries_processes_died_is_given_up()
    {
        await using var f = await NotificationFixture.StartAsync();
        await f.AddWebhookAsync();
        await f.TellAsync("e1");
        await f.DeliveryAsync("sent");
        await using (
            var db = await f.App.Services.GetRequiredService<IDbContextFactory<NotificationDb>>().CreateDbContextAsync()
        )
            await db.Deliveries.ExecuteUpdateAsync(s =>
                s.SetProperty(d => d.State, DeliveryState.Waiting)
                    .SetProperty(d => d.Tries, 8)
                    .SetProperty(d => d.DueAt, f.App.Clock.GetUtcNow())
            );
        f.App.Clock.Advance(TimeSpan.FromSeconds(2));
        (await f.DeliveryAsync("failed")).GetProperty("tries").GetInt32().ShouldBe(8);
        f.Peer.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Old_notices_go_with_their_deliveries()
    {
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Notification:KeptDays"] = "1");
        await f.AddWebhookAsync();
        await f.TellAsync("e1");
        await f.DeliveryAsync("sent");
        f.App.Clock.Advance(TimeSpan.FromDays(2));
        (await f.App.Services.GetRequiredService<CleanUpNotices>().RunOnceAsync(default)).ShouldBe(1);
        (await StatesAsync(f, DeliveryState.Sent)).ShouldBe(0);
    }

    [Theory]
    [InlineData("2027-03-01T14:59:00Z", "23:00", "07:00", null)]
    [InlineData("2027-03-01T15:00:00Z", "23:00", "07:00", "2027-03-01T23:00:00Z")]
    [InlineData("2027-03-01T22:59:59Z", "23:00", "07:00", "2027-03-01T23:00:00Z")]
    [InlineData("2027-03-01T23:00:00Z", "23:00", "07:00", null)]
    [InlineData("2027-03-01T04:30:00Z", "12:00", "13:00", "2027-03-01T05:00:00Z")]
    [InlineData("2027-03-01T04:30:00Z", "12:00", "12:00", null)]
    public void Quiet_hours_are_those_of_the_users_clock(string now, string from, string to, string? end) =>
        QuietHours
            .EndOf(At(now), Minutes(from), Minutes(to), QuietHours.Zone("Asia/Shanghai", "UTC"))
            .ShouldBe(end is null ? null : At(end));

    [Fact]
    public void Quiet_hours_that_a_change_of_the_clocks_skips_end_after_the_gap() =>
        QuietHours
            .EndOf(
                At("2027-03-28T00:30:00Z"),
                Minutes("01:00"),
                Minutes("02:30"),
                QuietHours.Zone("Europe/Berlin", "UTC")
            )
            .ShouldBe(At("2027-03-28T01:30:00Z"));

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static int Minutes(string clock) =>
        (int)TimeSpan.Parse(clock, System.Globalization.CultureInfo.InvariantCulture).TotalMinutes;

    private static async Task<int> StatesAsync(NotificationFixture f, DeliveryState state)
    {
        await using var db = await f
            .App.Services.GetRequiredService<IDbContextFactory<NotificationDb>>()
            .CreateDbContextAsync();
        return await db.Deliveries.CountAsync(d => d.State == state);
    }
}
