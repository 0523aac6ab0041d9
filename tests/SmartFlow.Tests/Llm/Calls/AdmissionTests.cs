using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>Who gets in: failures 1, 3, 12 and 16 of docs/failures.md.</summary>
public sealed class AdmissionTests
{
    [Fact]
    public async Task Of_300_parallel_calls_exactly_the_40_that_the_balance_covers_reach_the_provider()
    {
        await using var f = await CallFixture.StartAsync();
        var hold = await WorstCaseAsync(f);
        f.Provider.Hold();
        await f.SetBalanceAsync(hold * 40 + hold - 1);

        var calls = Enumerable.Range(0, 300).Select(i => f.OutcomeAsync($"call-{i}")).ToList();
        await f.Provider.WhenReceivedAsync(40);
        await Eventually.IsTrueAsync(() => Task.FromResult(calls.Count(c => c.IsCompleted) == 260), "260 refusals");
        (await f.BalanceAsync()).HeldMicros.ShouldBe(hold * 40);
        f.Provider.LetGo();

        var outcomes = await Task.WhenAll(calls);
        outcomes.Count(o => o == "ok").ShouldBe(40);
        outcomes.Count(o => o == "insufficient_credit").ShouldBe(260);
        f.Provider.Received.Count.ShouldBe(40);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(hold * 41 - 1 - 40 * CallFixture.UsualCostMicros);
    }

    [Fact]
    public async Task A_refused_call_says_what_is_missing_and_held_and_leaves_nothing_behind()
    {
        await using var f = await CallFixture.StartAsync();
        var hold = await WorstCaseAsync(f);
        await f.SetBalanceAsync(hold - 1_000);
        var refused = await Should.ThrowAsync<RefusedException>(() => f.CallAsync("a"));
        refused.Code.ShouldBe(ErrorCodes.InsufficientCredit);
        refused.Extensions!["required_micros"].ShouldBe(hold);
        refused.Extensions["missing_micros"].ShouldBe(1_000L);
        refused.Extensions["held_micros"].ShouldBe(0L);
        (await Should.ThrowAsync<RefusedException>(() => f.CallViewAsync("a"))).Code.ShouldBe(ErrorCodes.NotFound);
        (await f.FindingsAsync()).ShouldBeEmpty();

        await f.SetBalanceAsync(hold);
        (await f.OutcomeAsync("a")).ShouldBe("ok");
    }

    [Fact]
    public async Task An_empty_balance_is_refused_before_anything_is_written()
    {
        await using var f = await CallFixture.StartAsync();
        await f.SetBalanceAsync(0);
        (await f.OutcomeAsync("a")).ShouldBe("insufficient_credit");
        f.Provider.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sf:mine", Scenes.GatewayOpenAi, 1ul, false)]
    [InlineData("", Scenes.GatewayOpenAi, 1ul, false)]
    [InlineData("two words", Scenes.GatewayOpenAi, 1ul, false)]
    [InlineData("键", Scenes.GatewayOpenAi, 1ul, false)]
    [InlineData("a", "no.such.scene", 1ul, false)]
    [InlineData("a", Scenes.GatewayOpenAi, 0ul, false)]
    [InlineData("a", Scenes.GatewayOpenAi, ulong.MaxValue, false)]
    [InlineData("a", Scenes.GatewayOpenAi, 1ul, true)]
    public async Task A_billing_context_that_does_not_hold_is_refused(
        string eventId,
        string scene,
        ulong user,
        bool skipCharge
    )
    {
        await using var f = await CallFixture.StartAsync();
        var refused = await Should.ThrowAsync<RefusedException>(() =>
            f.Llm.GenerateTextAsync(
                new BillingContext(user, eventId, scene, "", "", "", skipCharge),
                CallFixture.Body(),
                default
            )
        );
        refused.Code.ShouldBe(ErrorCodes.InvalidArgument);
        f.Provider.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_nobody_configured_is_unknown_and_costs_nothing()
    {
        await using var f = await CallFixture.StartAsync();
        (await f.OutcomeAsync("a", CallFixture.Body(model: "no-such-model"))).ShouldBe("unknown_model");
        f.Provider.Received.ShouldBeEmpty();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit);
    }

    [Fact]
    public async Task A_call_that_no_price_rule_covers_is_refused_and_leaves_nothing_behind()
    {
        await using var f = await CallFixture.StartAsync();
        await f.WithoutPricesAsync();
        (await f.OutcomeAsync("a")).ShouldBe("price_missing");
        f.Provider.Received.ShouldBeEmpty();
        (await Should.ThrowAsync<RefusedException>(() => f.CallViewAsync("a"))).Code.ShouldBe(ErrorCodes.NotFound);
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100 * Pricing.MicrosPerCredit);
    }

    [Fact]
    public async Task The_output_limit_is_always_sent_and_counts_in_the_hold()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("a", """{"model":"fake-1","messages":[{"role":"user","content":"Hi"}]}"""u8.ToArray());
        f.Provider.Received.Single().OutputLimit.ShouldBe(4_096);
        (await f.CallViewAsync("a")).HoldMicros.ShouldBeGreaterThanOrEqualTo(4_096 * 16 * 100);
    }

    [Fact]
    public async Task A_limit_beyond_any_balance_is_refused_without_an_overflow()
    {
        await using var f = await CallFixture.StartAsync();
        (await f.OutcomeAsync("a", CallFixture.Body(maxTokens: 10_000_000))).ShouldBe("insufficient_credit");
        (await f.OutcomeAsync("b", CallFixture.Body(maxTokens: -1))).ShouldBe("invalid_argument");
    }

    private static async Task<long> WorstCaseAsync(CallFixture f)
    {
        await f.CallAsync("probe");
        await f.SettledAsync();
        var hold = (await f.CallViewAsync("probe")).HoldMicros;
        f.Provider.Forget();
        return hold;
    }
}
