using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.TokenStore;
using SmartFlow.Platform.Errors;
using Smartflow.Tokenstore;

namespace SmartFlow.Tests.TokenStore.Rewards;

public sealed class RecordForumRewardTests
{
    private const string Store = "/api/v1/credit-store/";

    [Fact]
    public async Task A_reward_is_granted_once_however_often_it_is_told()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => LikeAsync(app, mei.Id, "like-1")));
        answers.Select(g => g.GrantId).Distinct().Count().ShouldBe(1);
        answers.ShouldAllBe(g =>
            g.Amount == 1 && g.Status == "applied" && g.QuotaApplied && g.SourceLabel == "计划被点赞"
        );
        (await LikeAsync(app, mei.Id, "import-1", "forum_import")).Amount.ShouldBe(5);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(106_000_000);
    }

    [Fact]
    public async Task The_same_event_with_another_source_or_post_is_refused()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await LikeAsync(app, mei.Id, "e");
        await RefusedAsync(ErrorCodes.KeyReused, () => LikeAsync(app, mei.Id, "e", "forum_import"));
        await RefusedAsync(ErrorCodes.KeyReused, () => LikeAsync(app, mei.Id, "e", post: "8"));
        (await app.BalanceMicrosAsync(mei)).ShouldBe(101_000_000);
    }

    [Theory]
    [InlineData(0ul, "e", "forum_like", "invalid_argument")]
    [InlineData(ulong.MaxValue, "e", "forum_like", "invalid_argument")]
    [InlineData(424_242ul, "e", "forum_like", "not_found")]
    [InlineData(null, "", "forum_like", "invalid_argument")]
    [InlineData(null, "a b", "forum_like", "invalid_argument")]
    [InlineData(null, "e", "", "invalid_argument")]
    [InlineData(null, "e", "welcome", "invalid_argument")]
    [InlineData(null, "e", "'; DROP TABLE credit_ledger --", "invalid_argument")]
    public async Task Bad_input_is_refused_and_nothing_is_written(
        ulong? receiver,
        string eventId,
        string source,
        string code
    )
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var refused = await Should.ThrowAsync<RefusedException>(() =>
            LikeAsync(app, receiver ?? mei.Id, eventId, source)
        );
        refused.Code.Code.ShouldBe(code);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }

    [Fact]
    public async Task A_disabled_rule_records_that_the_reward_was_skipped_and_that_stays()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Tamper("UPDATE credit_reward_rules SET status = 'disabled' WHERE source = 'forum_like'");
        var skipped = await LikeAsync(app, mei.Id, "like-1");
        (skipped.Status, skipped.Amount, skipped.QuotaApplied).ShouldBe(("skipped", 0, false));
        app.Tamper("UPDATE credit_reward_rules SET status = 'active' WHERE source = 'forum_like'");
        (await LikeAsync(app, mei.Id, "like-1")).ShouldBe(skipped);
        (await LikeAsync(app, mei.Id, "like-2")).Status.ShouldBe("applied");
        (await app.BalanceMicrosAsync(mei)).ShouldBe(101_000_000);

        var shown = (await mei.GetAsync(Store + "transactions?source=forum_like&direction=income")).Json;
        shown
            .GetProperty("items")
            .EnumerateArray()
            .Select(t => t.GetProperty("status").GetString())
            .ShouldBe(["applied", "skipped"]);
        shown.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task The_daily_cap_holds_under_concurrency_and_opens_again_at_midnight()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Tamper("UPDATE credit_reward_rules SET daily_cap = 12 WHERE source = 'forum_import'");
        var grants = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => LikeAsync(app, mei.Id, $"i{i}", "forum_import"))
        );
        // 5 + 5 fit into 12, a third whole one does not.
        grants.Count(g => g.Status == "applied").ShouldBe(2);
        grants.Count(g => g.Status == "skipped").ShouldBe(18);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(110_000_000);
        app.Clock.Advance(TimeSpan.FromDays(1));
        (await LikeAsync(app, mei.Id, "tomorrow", "forum_import")).Status.ShouldBe("applied");
        (await app.BalanceMicrosAsync(mei)).ShouldBe(115_000_000);
    }

    [Fact]
    public async Task What_fills_the_cap_exactly_is_granted_and_each_source_has_its_own()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        app.Tamper(
            "UPDATE credit_reward_rules SET daily_cap = amount * 2 WHERE source IN ('forum_like', 'forum_import')"
        );
        foreach (var source in new[] { "forum_import", "forum_like" })
        {
            var grants = new List<string>();
            for (var i = 0; i < 3; i++)
                grants.Add((await LikeAsync(app, mei.Id, $"{source}-{i}", source)).Status);
            grants.ShouldBe(["applied", "applied", "skipped"], source);
        }
        // 5 + 5 and 1 + 1
        (await app.BalanceMicrosAsync(mei)).ShouldBe(112_000_000);
    }

    internal static async Task<TokenGrantView> LikeAsync(
        SmartFlowApp app,
        ulong receiver,
        string eventId,
        string source = "forum_like",
        string post = "7"
    ) =>
        (
            await app
                .Services.GetRequiredService<ITokenStore>()
                .RecordForumRewardGrantAsync(
                    new()
                    {
                        EventId = eventId,
                        ReceiverUserId = receiver,
                        Source = source,
                        SourceRefId = post,
                    },
                    default
                )
        ).Grant;

    private static async Task RefusedAsync(ErrorCode code, Func<Task> call) =>
        (await call.ShouldThrowAsync<RefusedException>()).Code.ShouldBe(code);
}
