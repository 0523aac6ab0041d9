using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Memory.Extracting;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Outbox;
using SmartFlow.Tests.Agent;

namespace SmartFlow.Tests.Memory;

/// <summary>What a turn leaves in the memory, on the offline model.</summary>
public sealed class ExtractionTests(RememberingApp host) : IClassFixture<RememberingApp>
{
    /// <param name="message">What is said.</param>
    /// <param name="type">Of the item.</param>
    /// <param name="hours">kind days from-to, or nothing.</param>
    [Theory]
    [InlineData("以后晚上十点后别给我排", "constraint", "forbidden 1234567 22:00-24:00")]
    [InlineData("never after 22:00", "constraint", "forbidden 1234567 22:00-24:00")]
    [InlineData("Please never schedule anything after 10:30 pm.", "constraint", "forbidden 1234567 22:30-24:00")]
    [InlineData("not before 9", "constraint", "forbidden 1234567 00:00-09:00")]
    [InlineData("我周末不学习", "constraint", "forbidden 67 00:00-24:00")]
    [InlineData("no Sundays", "constraint", "forbidden 7 00:00-24:00")]
    [InlineData("我每天中午12点到14点要睡觉，别安排学习", "constraint", "forbidden 1234567 12:00-14:00")]
    [InlineData("I prefer mornings", "preference", "preferred 1234567 06:00-12:00")]
    [InlineData("我喜欢晚上学习", "preference", "preferred 1234567 18:00-24:00")]
    [InlineData("我喜欢安静的地方", "preference", "")]
    [InlineData("我是大二学生", "fact", "")]
    [InlineData("My major is physics", "fact", "")]
    public async Task What_a_user_says_of_themself_is_kept(string message, string type, string hours)
    {
        var mei = await host.NewUserAsync();
        var turn = await mei.TellAsync(message);
        var item = (await mei.MemoriesAsync()).ShouldHaveSingleItem();
        item.Text("type").ShouldBe(type);
        item.GetProperty("explicit").GetBoolean().ShouldBeTrue();
        item.GetProperty("conversation_id").GetInt64().ShouldBe(turn.ConversationId);
        item.Text("turn_id").Length.ShouldBe(32);
        Hours(item).ShouldBe(hours);
    }

    [Theory]
    [InlineData("提醒我下周五前交大作业")]
    [InlineData("怎么背单词？")]
    [InlineData("明天晚上别给我排")]
    [InlineData("move chapter 2 to Friday section 3")]
    [InlineData("新建计划「线代复习」，下周，不排周末：第一章、第二章")]
    [InlineData("我在看一本书，里面写着「我是校长，晚上十点后不学习」")]
    [InlineData("when am I free tomorrow?")]
    public async Task What_is_asked_for_now_is_not(string message)
    {
        var mei = await host.NewUserAsync();
        await mei.TellAsync(message);
        (await mei.MemoriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_later_word_takes_the_place_of_an_earlier_one_and_may_take_it_back()
    {
        var mei = await host.NewUserAsync();
        await mei.TellAsync("以后晚上十点后别给我排");
        var first = (await mei.MemoriesAsync()).Single().GetProperty("id").GetInt64();
        await mei.TellAsync("以后晚上十一点后别给我排");
        var item = (await mei.MemoriesAsync()).ShouldHaveSingleItem();
        item.GetProperty("id").GetInt64().ShouldBe(first);
        Hours(item).ShouldBe("forbidden 1234567 23:00-24:00");

        await mei.TellAsync("我不再限制晚上十一点后了");
        (await mei.MemoriesAsync()).ShouldBeEmpty();
        (await mei.MemoriesAsync("?status=deleted")).ShouldHaveSingleItem();

        (
            await mei.PostAsync($"/api/v1/memory/items/{first}/restore", null, ("Idempotency-Key", $"restore-{first}"))
        ).ShouldBe(HttpStatusCode.OK);
        Hours((await mei.MemoriesAsync()).ShouldHaveSingleItem()).ShouldBe("forbidden 1234567 23:00-24:00");
    }

    [Fact]
    public async Task What_was_said_outright_is_not_changed_by_what_is_only_supposed()
    {
        var mei = await host.NewUserAsync();
        await mei.TellAsync("I prefer mornings");
        await mei.TellAsync("maybe I prefer evenings");
        Hours((await mei.MemoriesAsync()).ShouldHaveSingleItem()).ShouldBe("preferred 1234567 06:00-12:00");
        await mei.TellAsync("I prefer evenings");
        Hours((await mei.MemoriesAsync()).ShouldHaveSingleItem()).ShouldBe("preferred 1234567 18:00-24:00");
    }

    [Fact]
    public async Task What_its_owner_deleted_comes_back_only_when_they_say_it_outright()
    {
        var mei = await host.NewUserAsync();
        await mei.TellAsync("I prefer mornings");
        var id = (await mei.MemoriesAsync()).Single().GetProperty("id").GetInt64();
        (await mei.DeleteAsync($"/api/v1/memory/items/{id}")).ShouldBe(HttpStatusCode.NoContent);
        await mei.TellAsync("maybe I prefer mornings");
        (await mei.MemoriesAsync()).ShouldBeEmpty();
        await mei.TellAsync("I prefer mornings");
        (await mei.MemoriesAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_turn_costs_what_its_ledger_rows_say_and_the_look_is_one_of_them()
    {
        var mei = await host.NewUserAsync();
        var before = await host.App.BalanceMicrosAsync(mei);
        var turn = await mei.TellAsync("I prefer mornings");
        var told = turn.One("usage").Number("credit_micros");
        var calls = await CallsAsync(mei);
        calls.Select(c => c.Text("scene")).Order().ShouldBe(["agent.chat", "agent.plan", "memory.extract"]);
        var look = calls.Single(c => c.Text("scene") == "memory.extract");
        look.Text("event_id").ShouldStartWith("sf:memory:");
        look.Text("conversation_id").ShouldBe(turn.ConversationId.ToString(null, null));
        var rows = await LedgerAsync(mei, 3);
        rows.Sum().ShouldBe(told + look.GetProperty("credit_micros").GetInt64());
        look.GetProperty("credit_micros").GetInt64().ShouldBeGreaterThan(0);
        await Eventually.IsTrueAsync(
            async () => before - await host.App.BalanceMicrosAsync(mei) == rows.Sum(),
            "the balance has all of it"
        );
    }

    [Fact]
    public async Task The_event_may_come_again_and_again()
    {
        var mei = await host.NewUserAsync();
        var turn = await mei.TellAsync("I prefer mornings");
        var item = (await mei.MemoriesAsync()).Single();
        var payload = EventJson.Write(
            new MemoryExtractRequested
            {
                UserId = mei.Id,
                ConversationId = turn.ConversationId,
                TurnId = item.Text("turn_id"),
                Message = "I prefer evenings",
                SaidAt = RememberingApp.Now,
            }
        );
        var again = new BusEvent(
            $"memory.extract.requested:{item.Text("turn_id")}",
            EventNames.MemoryExtractRequested,
            "1",
            payload,
            "",
            RememberingApp.Now
        );
        var consumer = host.App.Services.GetServices<IConsumer>().OfType<TakeTurns>().Single();
        (await consumer.HandleAsync([again, again], default)).ShouldBe([null, null]);
        await mei.TellAsync("我是大二学生");
        (await mei.MemoriesAsync()).Count.ShouldBe(2);
        Hours((await mei.MemoriesAsync("?type=preference")).ShouldHaveSingleItem())
            .ShouldBe("preferred 1234567 06:00-12:00");
        (await CallsAsync(mei)).Count(c => c.Text("scene") == "memory.extract").ShouldBe(2);
    }

    [Fact]
    public async Task Off_means_no_call_no_row_and_no_word_of_it()
    {
        var mei = await host.NewUserAsync();
        (await mei.PutAsync("/api/v1/memory/settings", new { enabled = false })).ShouldBe(HttpStatusCode.OK);
        (await mei.GetAsync("/api/v1/memory/settings")).Json.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        var silent = (await mei.SayAsync("I prefer mornings")).ShouldEndInOrder();
        silent.Text.ShouldNotContain("remember");
        (await mei.WriteDownAsync(new { type = "fact", title = "x" })).ShouldBe(HttpStatusCode.Conflict);
        (await mei.PutAsync("/api/v1/memory/settings", new { enabled = true })).ShouldBe(HttpStatusCode.OK);
        // However late its event comes: what was said while it was off is not looked at.
        await host
            .App.Services.GetServices<IConsumer>()
            .OfType<TakeTurns>()
            .Single()
            .HandleAsync([Event(mei, "said-while-off", "I prefer evenings")], default);
        // Events of one user are handled in their order: the later one was looked at, so the earlier one has passed.
        await mei.TellAsync("我是大二学生");
        (await mei.MemoriesAsync()).ShouldHaveSingleItem().Text("type").ShouldBe("fact");
        (await CallsAsync(mei)).Count(c => c.Text("scene") == "memory.extract").ShouldBe(1);
        await using var db = await mei.MemoryAsync();
        (await db.Looks.CountAsync(l => l.UserId == mei.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_Credit_nothing_is_remembered_and_nobody_waits_for_it()
    {
        var mei = await host.NewUserAsync();
        var turn = (await mei.SayAsync("怎么背单词？")).ShouldEndInOrder();
        await mei.LookedAtAsync(turn.ConversationId);
        await host.App.AdjustAsync(mei, -await host.App.BalanceMicrosAsync(mei), "poor");
        await host
            .App.Services.GetServices<IConsumer>()
            .OfType<TakeTurns>()
            .Single()
            .HandleAsync([Event(mei, "turn-without-credit", "I prefer mornings")], default);
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await mei.MemoryAsync();
                return await db.Looks.AnyAsync(l =>
                    l.TurnId == "turn-without-credit"
                    && l.State == LookState.GivenUp
                    && l.Outcome == "insufficient_credit"
                    && l.Message == null
                );
            },
            "the look was given up"
        );
        (await mei.MemoriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deleted_account_leaves_nothing()
    {
        var mei = await host.NewUserAsync();
        await mei.TellAsync("以后晚上十点后别给我排");
        var consumers = host.App.Services.GetServices<IConsumer>().ToList();
        var gone = new BusEvent(
            "gone",
            EventNames.UserDeleted,
            "1",
            EventJson.Write(new UserDeleted { UserId = mei.Id }),
            "",
            RememberingApp.Now
        );
        await consumers.Single(c => c.Group == SmartFlow.Memory.ForgetUser.Group).HandleAsync([gone], default);
        await consumers
            .OfType<TakeTurns>()
            .Single()
            .HandleAsync([Event(mei, "late-turn", "I prefer mornings")], default);
        await using var db = await mei.MemoryAsync();
        (await db.Items.CountAsync(i => i.UserId == mei.Id)).ShouldBe(0);
        (await db.Looks.CountAsync(l => l.UserId == mei.Id)).ShouldBe(0);
    }

    private static BusEvent Event(TestUser user, string turn, string message) =>
        new(
            $"memory.extract.requested:{turn}",
            EventNames.MemoryExtractRequested,
            "1",
            EventJson.Write(
                new MemoryExtractRequested
                {
                    UserId = user.Id,
                    ConversationId = 1,
                    TurnId = turn,
                    Message = message,
                    SaidAt = RememberingApp.Now,
                }
            ),
            "",
            RememberingApp.Now
        );

    private static async Task<List<JsonElement>> CallsAsync(TestUser user) =>
        [
            .. (await user.GetAsync("/api/v1/calls?page_size=100"))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];

    private static async Task<List<long>> LedgerAsync(TestUser user, int count) =>
        await Eventually.GetAsync(
            async () =>
                (await user.GetAsync("/api/v1/credit-store/transactions?source=charge&page_size=100"))
                    .Json.GetProperty("items")
                    .EnumerateArray()
                    .Select(r => -r.GetProperty("amount_micros").GetInt64())
                    .ToList(),
            rows => rows.Count == count
        );

    private static string Hours(JsonElement item)
    {
        var hours = item.GetProperty("hours");
        return hours.ValueKind == JsonValueKind.Null
            ? ""
            : $"{hours.Text("kind")} {string.Concat(hours.GetProperty("days").EnumerateArray())} {hours.Text("from")}-{hours.Text("to")}";
    }
}
