using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;
using SmartFlow.Tests.Platform.Rpc;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore;

/// <summary>What a process remembers of the ledger of another, and for how long.</summary>
public sealed class RemoteLedgerTests
{
    private const string Model = "priced-elsewhere";

    [Fact]
    public async Task A_price_is_asked_for_again_after_a_second_and_a_balance_above_zero_after_a_minute_where_that_is_enough()
    {
        await using var calls = await CallFixture.StartAsync();
        var (clock, mei) = (new StandingClock(), calls.User.Id);
        var far = new RemoteLedger(calls.App.Services.GetRequiredService<ICreditLedger>(), clock);
        await calls.PriceAsync(new SavePriceRuleRequest("", "", Model, 1_000_000, 1_000_000));
        (await PriceAsync(far)).ShouldBe(1_000_000);
        (await BalanceAsync(far, mei, enough: true)).ShouldBe(100_000_000);

        await calls.PriceAsync(new SavePriceRuleRequest("", "", Model, 2_000_000, 1_000_000) { Priority = 200 });
        await calls.SetBalanceAsync(7_000_000);
        (await PriceAsync(far)).ShouldBe(1_000_000);
        (await BalanceAsync(far, mei, enough: true)).ShouldBe(100_000_000);
        // Whoever looks at the amount gets what the ledger says, and it is remembered.
        (await BalanceAsync(far, mei, enough: false)).ShouldBe(7_000_000);
        (await BalanceAsync(far, mei, enough: true)).ShouldBe(7_000_000);
        // Of another user in the same slot nothing is known.
        (
            await far.GetBalanceAsync(
                new GetBalanceRequest { UserId = mei + 16_384, AboveZeroIsEnough = true },
                default
            )
        ).Found.ShouldBeFalse();

        clock.Now += TimeSpan.TicksPerSecond;
        await calls.SetBalanceAsync(8_000_000);
        (await PriceAsync(far)).ShouldBe(2_000_000);
        (await BalanceAsync(far, mei, enough: true)).ShouldBe(7_000_000);
        clock.Now += 60 * TimeSpan.TicksPerSecond;
        (await BalanceAsync(far, mei, enough: true)).ShouldBe(8_000_000);
    }

    [Fact]
    public async Task Who_is_taken_to_have_credit_is_refused_by_the_hold_and_asked_about_again()
    {
        await using var store = await SplitTests.StartAsync("tokenstore");
        await using var front = await SplitTests.StartAsync("userauth,llm", ("TokenStore", store.RpcUrl));
        var (mei, ledger) = (await front.SignUpAsync(), front.Services.GetRequiredService<ICreditLedger>());
        (await HoldAsync(ledger, mei, "first")).ShouldBe(ReserveOutcome.Reserved);
        await store.AdjustAsync(mei, -100_000_000, "all");
        (await BalanceAsync(ledger, mei.Id, enough: true)).ShouldBe(100_000_000);
        (await HoldAsync(ledger, mei, "second")).ShouldBe(ReserveOutcome.Insufficient);
        (await BalanceAsync(ledger, mei.Id, enough: true)).ShouldBe(0);
        // Who has none is asked about each time: a top-up opens the gate at once.
        await store.AdjustAsync(mei, 5_000_000, "top up");
        (await BalanceAsync(ledger, mei.Id, enough: true)).ShouldBe(5_000_000);
    }

    [Fact]
    public async Task Holds_that_are_asked_together_are_answered_each_as_if_alone()
    {
        await using var store = await SplitTests.StartAsync("tokenstore");
        await using var front = await SplitTests.StartAsync("userauth,llm", ("TokenStore", store.RpcUrl));
        var (mei, ledger) = (await front.SignUpAsync(), front.Services.GetRequiredService<ICreditLedger>());
        // For 100 of 10 Credit only the first ten; one in the middle has no key and is told so, alone.
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(async i =>
                {
                    try
                    {
                        var key = new CallKey { UserId = mei.Id, EventId = i == 30 ? "" : $"together-{i}" };
                        return (
                            await ledger.ReserveAsync(new() { Key = key, AmountMicros = 10_000_000 }, default)
                        ).Outcome.ToString();
                    }
                    catch (RefusedException refusal)
                    {
                        return refusal.Message;
                    }
                })
        );
        answers.Count(a => a == nameof(ReserveOutcome.Reserved)).ShouldBe(10);
        answers.Count(a => a == nameof(ReserveOutcome.Insufficient)).ShouldBe(49);
        answers[30].ShouldContain("event_id");
        (await ledger.GetBalanceAsync(new() { UserId = mei.Id, OwnRow = true }, default)).HeldMicros.ShouldBe(
            100_000_000
        );
    }

    private static async Task<long> PriceAsync(RemoteLedger ledger) => (
            await ledger.ResolvePricesAsync(
                new ResolvePricesRequest
                {
                    Scene = Scenes.AgentChat,
                    Candidates =
                    {
                        new PriceCandidate { ProviderName = "any", ModelName = Model },
                    },
                },
                default
            )
        ).Prices.ShouldHaveSingleItem().Price.InputPriceMicros;

    private static async Task<long> BalanceAsync(ICreditLedger ledger, ulong user, bool enough) =>
        (
            await ledger.GetBalanceAsync(new GetBalanceRequest { UserId = user, AboveZeroIsEnough = enough }, default)
        ).BalanceMicros;

    private static async Task<ReserveOutcome> HoldAsync(ICreditLedger ledger, TestUser user, string eventId) =>
        (
            await ledger.ReserveAsync(
                new ReserveRequest
                {
                    Key = new() { UserId = user.Id, EventId = eventId },
                    AmountMicros = 1,
                },
                default
            )
        ).Outcome;

    private sealed class StandingClock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
