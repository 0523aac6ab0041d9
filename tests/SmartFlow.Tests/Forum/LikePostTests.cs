using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Tests.TokenStore.Rewards;

namespace SmartFlow.Tests.Forum;

/// <summary>Likes and what they earn: from the button to the author's ledger.</summary>
public sealed class LikePostTests(Plaza plaza) : IClassFixture<Plaza>
{
    private const string Square = PlazaActs.Square;
    private const long Credit = 1_000_000;

    [Fact]
    public async Task A_like_earns_the_author_one_Credit_once_and_taking_it_back_keeps_it()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        var liked = (await li.LikeAsync(post)).ShouldBe(HttpStatusCode.OK).Json;
        (liked.GetProperty("liked").GetBoolean(), liked.GetProperty("like_count").GetInt32()).ShouldBe((true, 1));
        (await li.LikeAsync(post)).Json.GetProperty("like_count").GetInt32().ShouldBe(1);
        (await li.PostAsync(post)).GetProperty("liked").GetBoolean().ShouldBeTrue();
        await BalanceAsync(mei, 101);

        (await li.DeleteAsync($"{Square}/posts/{post}/like")).Json.GetProperty("like_count").GetInt32().ShouldBe(0);
        (await li.DeleteAsync($"{Square}/posts/{post}/like")).Json.GetProperty("like_count").GetInt32().ShouldBe(0);
        (await li.LikeAsync(post)).Json.GetProperty("like_count").GetInt32().ShouldBe(1);
        // Another reward behind it: whatever the second like told would have been booked before.
        (await li.TryImportAsync(post)).ShouldBe(HttpStatusCode.Created);
        await BalanceAsync(mei, 106);
        var rows = (await mei.GetAsync("/api/v1/credit-store/transactions?direction=income")).Json.GetProperty("items");
        rows.Strings("source").ShouldBe(["forum_import", "forum_like", "welcome"]);
        rows.Strings("source_label")[..2].ShouldBe(["计划被导入", "计划被点赞"]);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Authors_earn_nothing_for_what_they_do_themselves()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        (await mei.LikeAsync(post)).Json.GetProperty("like_count").GetInt32().ShouldBe(1);
        (await mei.TryImportAsync(post)).ShouldBe(HttpStatusCode.Created);
        await li.LikeAsync(post);
        await BalanceAsync(mei, 101);
        (await mei.GetAsync("/api/v1/credit-store/transactions"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(2);
    }

    [Fact]
    public async Task Replayed_and_reordered_events_grant_once()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var posts = new[] { await mei.PublishAsync(), await mei.PublishAsync() };
        foreach (var post in posts)
        {
            await li.LikeAsync(post);
            (await li.TryImportAsync(post)).ShouldBe(HttpStatusCode.Created);
        }
        await BalanceAsync(mei, 112);
        // What the outbox sent, as a bus sends it again: every order, several times.
        BusEvent[] sent =
        [
            .. posts.SelectMany(post =>
                new[] { EventNames.ForumPostLiked, EventNames.ForumPostImported }.Select(name => new BusEvent(
                    $"{name}:{post}:{li.Id}",
                    name,
                    $"{mei.Id}",
                    EventJson.Write(
                        new ForumPostRewarded
                        {
                            PostId = (ulong)post,
                            AuthorUserId = mei.Id,
                            ActorUserId = li.Id,
                            HappenedAt = DateTimeOffset.UnixEpoch,
                        }
                    ),
                    "",
                    DateTimeOffset.UnixEpoch
                ))
            ),
        ];
        await plaza.App.HearAsync(sent);
        await plaza.App.HearAsync([.. sent.Reverse()]);
        await plaza.App.HearAsync([sent[2], sent[0], sent[3], sent[1], sent[2]]);
        (await plaza.App.BalanceMicrosAsync(mei)).ShouldBe(112 * Credit);
    }

    [Fact]
    public async Task An_event_carries_author_and_actor_and_authors_tell_nothing_of_themselves()
    {
        var heard = new Planner.HeardEvents(Topics.Forum);
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Services = services => services.AddSingleton<IConsumer>(heard)
        );
        var (mei, li) = (await app.SignUpWithNameAsync("mei"), await app.SignUpWithNameAsync("lihua"));
        var post = await mei.PublishAsync();
        await mei.LikeAsync(post);
        (await mei.TryImportAsync(post)).ShouldBe(HttpStatusCode.Created);
        await li.LikeAsync(post);
        var told = await heard.NextAsync();
        heard.Count.ShouldBe(1);
        (told.Name, told.Key).ShouldBe((EventNames.ForumPostLiked, $"{mei.Id}"));
        var payload = JsonDocument.Parse(told.Payload).RootElement;
        (
            payload.GetProperty("post_id").GetInt64(),
            payload.GetProperty("author_user_id").GetUInt64(),
            payload.GetProperty("actor_user_id").GetUInt64()
        ).ShouldBe((post, mei.Id, li.Id));
    }

    [Fact]
    public async Task Too_many_changes_a_minute_are_refused()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Forum:WritesPerMinute"] = "5");
        var (mei, li) = (await app.SignUpWithNameAsync("mei"), await app.SignUpWithNameAsync("lihua"));
        var post = await mei.PublishAsync();
        for (var i = 0; i < 5; i++)
            (await li.LikeAsync(post)).ShouldBe(HttpStatusCode.OK);
        (await li.LikeAsync(post)).ShouldBeRefused(ErrorCodes.RateLimited).Header("Retry-After").ShouldNotBeNull();
        (await mei.LikeAsync(post)).ShouldBe(HttpStatusCode.OK);
    }

    private Task BalanceAsync(TestUser user, long credits) =>
        Eventually.IsTrueAsync(
            async () => await plaza.App.BalanceMicrosAsync(user) == credits * Credit,
            $"the balance is {credits}"
        );
}
