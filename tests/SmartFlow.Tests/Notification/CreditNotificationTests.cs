using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;
using SmartFlow.TokenStore.Alerts;
using static SmartFlow.Tests.Notification.CreditNotices;

namespace SmartFlow.Tests.Notification;

/// <summary>Low balances and large days are told once, to whom they concern.</summary>
public sealed class CreditNotificationTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_balance_that_falls_is_told_once_and_again_after_it_has_recovered(bool onPostgres)
    {
        var database = onPostgres ? await postgres.NewDatabaseAsync() : "";
        await using var f = await StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        await LookAsync(f);
        (await UnreadAsync(f.User)).ShouldBe(0);

        await f.SetBalanceAsync(19_999_999);
        await LookAsync(f);
        await LookAsync(f);
        await Eventually.IsTrueAsync(async () => await UnreadAsync(f.User) == 1, "the notification");
        var item = (await f.User.GetAsync(Centre)).Json.GetProperty("items")[0];
        item.GetProperty("kind").GetString().ShouldBe("credit.balance.low");
        item.GetProperty("data").GetProperty("balance_micros").GetInt64().ShouldBe(19_999_999);
        item.GetProperty("data").GetProperty("threshold_micros").GetInt64().ShouldBe(20_000_000);

        await f.SetBalanceAsync(10_000_000);
        (await LookAsync(f)).ShouldBe(0);
        await f.SetBalanceAsync(50_000_000);
        (await LookAsync(f)).ShouldBe(0);
        await f.SetBalanceAsync(1);
        (await LookAsync(f)).ShouldBe(1);
        await Eventually.IsTrueAsync(async () => await UnreadAsync(f.User) == 2, "the second notification");
    }

    [Fact]
    public async Task A_day_that_spends_much_is_told_once_a_day()
    {
        await using var f = await StartAsync();
        var micros = CallFixture.UsualCostMicros / 1_000_000m;
        (
            await f.User.PutAsync(
                Centre + "/settings",
                new
                {
                    enabled = true,
                    low_balance_credit = 0,
                    daily_spend_credit = micros * 2,
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        f.App.Clock.SetTo(new DateTimeOffset(2027, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await CallAsync(f, "a");
        (await LookAsync(f)).ShouldBe(0);
        await CallAsync(f, "b");
        (await LookAsync(f)).ShouldBe(1);
        await CallAsync(f, "c");
        (await LookAsync(f)).ShouldBe(0);
        f.App.Clock.Advance(TimeSpan.FromDays(1));
        await CallAsync(f, "d");
        await CallAsync(f, "e");
        (await LookAsync(f)).ShouldBe(1);
        var mei = await f.App.SignInAsync(f.User.Name);
        await Eventually.IsTrueAsync(async () => await UnreadAsync(mei) == 2, "one of each day");
        (await mei.GetAsync(Centre))
            .Json.GetProperty("items")[0]
            .GetProperty("data")
            .GetProperty("day")
            .GetString()
            .ShouldBe("2027-03-02");
    }

    [Fact]
    public async Task Who_wants_to_hear_nothing_hears_nothing()
    {
        await using var f = await StartAsync();
        var settings = (await f.User.GetAsync(Centre + "/settings")).ShouldBe(HttpStatusCode.OK).Json;
        settings.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        settings.GetProperty("low_balance_credit").GetDecimal().ShouldBe(20);
        await f.User.PutAsync(
            Centre + "/settings",
            new
            {
                enabled = false,
                low_balance_credit = 20,
                daily_spend_credit = 1,
            }
        );
        await f.SetBalanceAsync(1);
        (await LookAsync(f)).ShouldBe(0);
        var refused = (
            await f.User.PutAsync(
                Centre + "/settings",
                new
                {
                    enabled = true,
                    low_balance_credit = -1,
                    daily_spend_credit = 1e10,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument).Json.GetProperty("errors");
        refused.TryGetProperty("low_balance_credit", out _).ShouldBeTrue();
        refused.TryGetProperty("daily_spend_credit", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, 19, true, false)]
    [InlineData(null, 20, false, false)]
    [InlineData(1, 19, false, false)]
    [InlineData(1, 20, false, true)]
    public void A_crossing_is_decided_from_what_was_told_before(
        int? lowSince,
        long credit,
        bool becameLow,
        bool recovered
    )
    {
        var alert = new CreditAlert { LowSince = lowSince is { } s ? DateTimeOffset.UnixEpoch.AddSeconds(s) : null };
        AlertRules
            .Decide(alert, new(credit * 1_000_000, 0, 1), new AlertOptions())
            .ShouldBe(new(becameLow, recovered, false));
    }

    private static Task<int> LookAsync(CallFixture f) =>
        f.App.Services.GetRequiredService<WatchCredit>().LookAsync(default);

    private static async Task CallAsync(CallFixture f, string key)
    {
        await f.CallAsync(key);
        await f.SettledAsync();
    }
}
