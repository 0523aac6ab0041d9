using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Tests.TokenStore;

public sealed class PricingTests
{
    private static readonly Gen<long> Tokens =
        Gen.OneOf(Gen.Elements(0L, 1L, 999_999L, 1_000_000L, 1_000_001L), Gen.Choose(0, 2_000_000).Select(t => (long)t));

    private static readonly Gen<long> Prices = Gen.OneOf(
        Gen.Elements(0L, 1L, 1_000L, 999_999L, 3_200_000L, 16_000_000L, 10_000_000_000L),
        Gen.Choose(0, 100_000_000).Select(p => (long)p));

    private static readonly Gen<TokenUsage> Usages =
        Gen.ArrayOf(Tokens, 5).Select(t => new TokenUsage(t[0], t[1], t[2], t[3], t[4]));

    private static readonly Gen<FrozenPrice> Rules =
        from p in Gen.ArrayOf(Prices, 5)
        from perYuan in Gen.Elements(1L, 7L, 100L, 1_000L)
        select new FrozenPrice
        {
            InputPriceMicros = p[0],
            OutputPriceMicros = p[1],
            CachedPriceMicros = p[2],
            CacheWritePriceMicros = p[3],
            ReasoningPriceMicros = p[4],
            CreditPerYuan = perYuan,
        };

    [Fact]
    public void The_cost_is_the_exact_sum_of_the_buckets_rounded_up_once() =>
        Prop.ForAll(Arb.From(Usages), Arb.From(Rules), (u, p) =>
        {
            var exact = ExactSum(u, p);
            var cost = new BigInteger(Pricing.CostMicroYuan(u, p));
            return cost * 1_000_000 >= exact && (cost - 1) * 1_000_000 < exact
                && Pricing.CreditMicros(u, p) == cost * p.CreditPerYuan;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void No_call_within_its_limits_costs_more_than_its_worst_case() =>
        Prop.ForAll(Arb.From(Usages), Arb.From(Rules), (u, p) =>
            Pricing.CreditMicros(u, p)
                <= Pricing.WorstCaseCreditMicros(u.Input + u.Cached + u.CacheWrite, u.Output + u.Reasoning, p))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void One_token_of_the_cheapest_price_still_costs_the_smallest_amount() =>
        Pricing.CreditMicros(new TokenUsage(1, 0), new FrozenPrice { InputPriceMicros = 1, CreditPerYuan = 100 }).ShouldBe(100);

    [Fact]
    public void A_known_call_costs_what_the_rule_says()
    {
        // 1,000 × 3.2 + 500 × 16 + 2,000 × 0.8 + 100 × 16 = 14,400 micro-yuan, at 100 Credit a yuan.
        var price = new FrozenPrice
        {
            InputPriceMicros = 3_200_000,
            OutputPriceMicros = 16_000_000,
            CachedPriceMicros = 800_000,
            ReasoningPriceMicros = 16_000_000,
            CreditPerYuan = 100,
        };
        Pricing.CreditMicros(new TokenUsage(1_000, 500, 2_000, 0, 100), price).ShouldBe(1_440_000);
    }

    [Fact]
    public void Cached_and_reasoning_tokens_without_a_price_of_their_own_cost_as_input_and_output()
    {
        var price = new FrozenPrice { InputPriceMicros = 2_000_000, OutputPriceMicros = 3_000_000, CreditPerYuan = 1 };
        Pricing.CostMicroYuan(new TokenUsage(0, 0, Cached: 10, CacheWrite: 100, Reasoning: 1_000), price).ShouldBe(20 + 200 + 3_000);
    }

    [Fact]
    public void A_free_rule_costs_nothing_whatever_its_prices()
    {
        var price = new FrozenPrice { Free = true, InputPriceMicros = 5, OutputPriceMicros = 5, CreditPerYuan = 100 };
        Pricing.CreditMicros(new TokenUsage(10, 10), price).ShouldBe(0);
        Pricing.WorstCaseCreditMicros(10, 10, price).ShouldBe(0);
    }

    [Fact]
    public void A_cost_beyond_63_bits_is_an_overflow_and_never_a_small_number()
    {
        var price = new FrozenPrice { InputPriceMicros = 10_000_000_000, OutputPriceMicros = 10_000_000_000, CreditPerYuan = 1_000_000 };
        Should.Throw<OverflowException>(() => Pricing.CreditMicros(new TokenUsage(long.MaxValue, 0), price));
        Should.Throw<OverflowException>(() => Pricing.CreditMicros(new TokenUsage(1_000_000_000_000, 0), price));
        Should.Throw<OverflowException>(() => Pricing.WorstCaseCreditMicros(long.MaxValue, long.MaxValue, price));
    }

    [Fact]
    public void The_sum_of_many_buckets_at_the_limit_does_not_wrap() =>
        Should.Throw<OverflowException>(() => Pricing.CostMicroYuan(
            new TokenUsage(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue),
            new FrozenPrice
            {
                InputPriceMicros = long.MaxValue,
                OutputPriceMicros = long.MaxValue,
                CachedPriceMicros = long.MaxValue,
                CacheWritePriceMicros = long.MaxValue,
                ReasoningPriceMicros = long.MaxValue,
            }));

    [Fact]
    public void Whole_credits_of_a_balance_are_its_floor_and_of_a_consumption_its_ceiling() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), i =>
        {
            var micros = (long)i * 997;
            return Pricing.FloorCredits(micros) == (long)Math.Floor(micros / 1_000_000m)
                && Pricing.CeilCredits(micros) == (long)Math.Ceiling(micros / 1_000_000m);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Theory]
    [InlineData(long.MaxValue, 9_223_372_036_854)]
    [InlineData(long.MinValue + 1, -9_223_372_036_855)]
    [InlineData(long.MinValue, -9_223_372_036_855)]
    public void Whole_credits_hold_at_the_ends_of_63_bits(long micros, long credits) =>
        Pricing.FloorCredits(micros).ShouldBe(credits);

    /// <summary>recharged + rewarded − consumed = balance in whole Credits: gifts and packs are whole, so one rounding remains.</summary>
    [Fact]
    public void Whole_credits_recharged_and_rewarded_less_consumed_are_the_balance() =>
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt[]>(), ArbMap.Default.ArbFor<NonNegativeInt[]>(), (income, charges) =>
        {
            long recharged = income.Where((_, i) => i % 2 == 0).Sum(c => c.Get * Pricing.MicrosPerCredit);
            long rewarded = income.Where((_, i) => i % 2 == 1).Sum(c => c.Get * Pricing.MicrosPerCredit);
            long consumed = charges.Sum(c => c.Get * 7_919L);
            return Pricing.FloorCredits(recharged) + Pricing.FloorCredits(rewarded) - Pricing.CeilCredits(consumed)
                == Pricing.FloorCredits(recharged + rewarded - consumed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    private static BigInteger ExactSum(TokenUsage u, FrozenPrice p)
    {
        static BigInteger Or(long price, long other) => price == 0 ? other : price;
        return new BigInteger(u.Input) * p.InputPriceMicros + new BigInteger(u.Output) * p.OutputPriceMicros
            + u.Cached * Or(p.CachedPriceMicros, p.InputPriceMicros) + u.CacheWrite * Or(p.CacheWritePriceMicros, p.InputPriceMicros)
            + u.Reasoning * Or(p.ReasoningPriceMicros, p.OutputPriceMicros);
    }
}
