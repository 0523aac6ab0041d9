using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore.Rewards;

/// <summary>
/// The forum's events, as the bus hands them over: repeated, in any order, and some of them nonsense.
/// </summary>
public sealed class RewardForumEventsTests
{
    private static readonly DateTimeOffset Then = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_author_is_rewarded_once_per_post_and_user_in_whatever_order_events_come()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, li, wang) = (
            await app.SignUpAsync("mei"),
            await app.SignUpAsync("lihua"),
            await app.SignUpAsync("wang")
        );
        BusEvent[] events =
        [
            Happened("1", EventNames.ForumPostLiked, 7, mei.Id, li.Id),
            Happened("2", EventNames.ForumPostImported, 7, mei.Id, li.Id),
            Happened("3", EventNames.ForumPostLiked, 7, mei.Id, wang.Id),
            // li took the like back and liked again: another event, the same reward.
            Happened("4", EventNames.ForumPostLiked, 7, mei.Id, li.Id),
            Happened("5", EventNames.ForumPostLiked, 8, mei.Id, li.Id),
        ];
        await app.HearAsync(events);
        await app.HearAsync([.. events.Reverse()]);
        // 1 + 5 + 1 + 1
        (await app.BalanceMicrosAsync(mei)).ShouldBe(108_000_000);
        (await app.BalanceMicrosAsync(li)).ShouldBe(100_000_000);
    }

    [Fact]
    public async Task A_rule_may_ask_for_accounts_that_have_stood_a_while_or_bought_something()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, old) = (await app.SignUpAsync("mei"), await app.SignUpAsync("lihua"));
        await app
            .Services.GetRequiredService<IWriter<TokenStoreDb>>()
            .WriteAsync(
                (db, token) =>
                    db.RewardRules.ExecuteUpdateAsync(s => s.SetProperty(r => r.MinAccountAgeHours, 24), token),
                default
            );
        app.Clock.Advance(TimeSpan.FromHours(25));
        var (young, buyer) = (await app.SignUpAsync("wang"), await app.SignUpAsync("zhao"));
        var order = (await app.OrderAsync(buyer, await app.PackAsync(buyer, "credit_starter_1000"), 1, "order"))
            .Json.GetProperty("order_id")
            .GetInt64();
        await app.PayAsync(buyer, order);
        await app.HearAsync([
            Happened("1", EventNames.ForumPostLiked, 7, mei.Id, young.Id),
            Happened("2", EventNames.ForumPostLiked, 7, mei.Id, old.Id),
            Happened("3", EventNames.ForumPostLiked, 7, mei.Id, buyer.Id),
        ]);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(102_000_000);
        var listed = (await (await app.SignInAsync("mei")).GetAsync("/api/v1/credit-store/transactions")).Text;
        listed.Split("new_account").Length.ShouldBe(2, listed);
    }

    [Fact]
    public async Task Nobody_is_rewarded_for_what_they_did_themselves()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await app.HearAsync([Happened("1", EventNames.ForumPostLiked, 7, mei.Id, mei.Id)]);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
        (await mei.GetAsync("/api/v1/credit-store/transactions"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(1);
    }

    [Fact]
    public async Task One_event_that_cannot_be_read_does_not_stop_the_others()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, li) = (await app.SignUpAsync("mei"), await app.SignUpAsync("lihua"));
        var consumer = Consumer(app);
        var outcomes = await consumer.HandleAsync(
            [
                Happened("1", EventNames.ForumPostLiked, 7, mei.Id, li.Id),
                new BusEvent("2", EventNames.ForumPostLiked, "k", "{}"u8.ToArray(), "", Then),
                Happened("3", EventNames.ForumPostLiked, 7, 424_242, li.Id),
                Happened("4", EventNames.ForumPostImported, 7, mei.Id, li.Id),
                new BusEvent("5", "forum.post.read", "k", "nonsense"u8.ToArray(), "", Then),
            ],
            default
        );
        outcomes.Select(o => o is null).ShouldBe([true, false, false, true, true]);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(106_000_000);
    }

    internal static IConsumer Consumer(SmartFlowApp app) =>
        app.Services.GetServices<IConsumer>().Single(c => c.Group == "smartflow-token-store-forum-consumer");

    private static BusEvent Happened(string id, string name, ulong post, ulong author, ulong actor) =>
        new(
            id,
            name,
            "k",
            EventJson.Write(
                new ForumPostRewarded
                {
                    PostId = post,
                    AuthorUserId = author,
                    ActorUserId = actor,
                    HappenedAt = Then,
                }
            ),
            "",
            Then
        );
}

internal static class Hearing
{
    /// <summary>Publishes forum events on the program's bus and waits until they are handled.</summary>
    public static Task HearAsync(this SmartFlowApp app, BusEvent[] events) =>
        app.Services.GetRequiredService<IBus>().PublishAsync(Topics.Forum, events, default);
}
