using FsCheck;
using FsCheck.Fluent;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.Tests.TokenStore.Queries;

public sealed class GetSummaryTests
{
    private const string Summary = "/api/v1/credit-store/summary";

    [Fact]
    public async Task A_balance_shows_where_it_comes_from_in_whole_credits_and_exactly()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 1_250_001, "call-1");
        var s = (await mei.GetAsync(Summary)).Json;
        s.GetProperty("user_id").GetUInt64().ShouldBe(mei.Id);
        s.GetProperty("balance").GetInt64().ShouldBe(98);
        s.GetProperty("balance_micros").GetInt64().ShouldBe(98_749_999);
        s.GetProperty("held_micros").GetInt64().ShouldBe(0);
        s.GetProperty("is_blocked").GetBoolean().ShouldBeFalse();
        s.GetProperty("snapshot_source").GetString().ShouldBe("ledger");
        s.GetProperty("total_recharged").GetInt64().ShouldBe(0);
        s.GetProperty("total_rewarded").GetInt64().ShouldBe(100);
        s.GetProperty("total_consumed").GetInt64().ShouldBe(2);
        s.GetProperty("total_consumed_micros").GetInt64().ShouldBe(1_250_001);
    }

    [Theory]
    [InlineData(99_999_999, false)]
    [InlineData(100_000_000, true)]
    [InlineData(100_000_001, true)]
    public async Task Whoever_has_nothing_left_is_blocked(long charge, bool blocked)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, charge, "call-1");
        (await mei.GetAsync(Summary)).Json.GetProperty("is_blocked").GetBoolean().ShouldBe(blocked);
    }

    [Fact]
    public void In_whole_credits_recharged_and_rewarded_less_consumed_is_the_balance() =>
        Prop.ForAll(Arb.From(Micros), Arb.From(Micros), Arb.From(Micros), (recharged, rewarded, consumed) =>
            {
                recharged -= recharged % 1_000_000;
                var view = SummaryView.Of(
                    new CreditAccount
                    {
                        AccountId = 1,
                        PostedMicros = recharged + rewarded - consumed,
                        RechargedMicros = recharged,
                        RewardedMicros = rewarded,
                        ConsumedMicros = consumed,
                    }
                );
                return view.TotalRecharged + view.TotalRewarded - view.TotalConsumed == view.Balance
                    && view.Balance == (long)Math.Floor((recharged + rewarded - consumed) / 1_000_000m)
                    && view.TotalConsumed == (long)Math.Ceiling(consumed / 1_000_000m)
                    && (rewarded % 1_000_000 != 0 || view.TotalRewarded == rewarded / 1_000_000);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    private static readonly Gen<long> Micros = Gen.OneOf(
        Gen.Elements(0L, 1L, 999_999L, 1_000_000L, 1_000_001L, long.MaxValue / 8),
        Gen.Choose(0, 2_000_000_000).Select(m => (long)m),
        Gen.Choose(0, 2_000).Select(m => m * 1_000_000L)
    );
}
