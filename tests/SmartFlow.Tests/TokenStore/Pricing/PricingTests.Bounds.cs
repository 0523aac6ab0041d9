using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Tests.TokenStore;

public sealed partial class PricingTests
{
    [Fact]
    public void A_cost_beyond_63_bits_is_an_overflow_and_never_a_small_number()
    {
        var price = new FrozenPrice
        {
            InputPriceMicros = 10_000_000_000,
            OutputPriceMicros = 10_000_000_000,
            CreditPerYuan = 1_000_000,
        };
        Should.Throw<OverflowException>(() => Pricing.CreditMicros(new TokenUsage(long.MaxValue, 0), 0, price));
        Should.Throw<OverflowException>(() => Pricing.CreditMicros(new TokenUsage(1_000_000_000_000, 0), 0, price));
        Should.Throw<OverflowException>(() => Pricing.WorstCaseCreditMicros(long.MaxValue, long.MaxValue, 0, price));
    }

    /// <summary>Whatever fits is exact and whatever does not is an overflow, also at the ends of every field.</summary>
    [Fact]
    public void Near_the_ends_of_63_bits_the_cost_is_exact_or_an_overflow()
    {
        var huge = Gen.OneOf(
            Gen.Elements(0L, 1L, long.MaxValue, long.MaxValue - 1, long.MaxValue / 2, 1L << 62),
            Gen.Choose(0, 63).Select(b => (1L << b) & long.MaxValue)
        );
        Prop.ForAll(Arb.From(Gen.ArrayOf(huge, 14)), n =>
            {
                var usage = new TokenUsage(n[0], n[1], n[2], n[3], n[4]);
                var price = new FrozenPrice
                {
                    InputPriceMicros = n[5],
                    OutputPriceMicros = n[6],
                    CachedPriceMicros = n[7],
                    CacheWritePriceMicros = n[8],
                    ReasoningPriceMicros = n[9],
                    ImagePriceMicros = n[10],
                    RequestPriceMicros = n[11],
                    CreditPerYuan = n[12],
                };
                var cost = (ExactSum(usage, n[13], price) + 999_999) / 1_000_000;
                var prompt = (BigInteger)n[0] + n[2] + n[3];
                return Is(cost, prompt, () => Pricing.CostMicroYuan(usage, n[13], price))
                    && Is(cost * price.CreditPerYuan, BigInteger.Max(prompt, cost), () =>
                        Pricing.CreditMicros(usage, n[13], price)
                    );
            })
            .Check(Thousands);
    }

    [Fact]
    public void A_worst_case_near_the_end_of_63_bits_never_wraps()
    {
        var huge = Gen.Elements(0L, 1L, long.MaxValue, long.MaxValue - 1, 1L << 62, 1L << 40);
        Prop.ForAll(Arb.From(Gen.ArrayOf(huge, 8)), n =>
            {
                var price = new FrozenPrice
                {
                    InputPriceMicros = n[0],
                    OutputPriceMicros = n[1],
                    ImagePriceMicros = n[2],
                    RequestPriceMicros = n[3],
                    CreditPerYuan = n[4],
                };
                var cost = (ExactSum(new TokenUsage(n[5], n[6]), n[7], price) + 999_999) / 1_000_000;
                return Is(cost * price.CreditPerYuan, cost, () =>
                    Pricing.WorstCaseCreditMicros(n[5], n[6], n[7], price)
                );
            })
            .Check(Thousands);
    }

    [Fact]
    public void Whole_credits_of_a_balance_are_its_floor_and_of_a_consumption_its_ceiling() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), i =>
            {
                var micros = (long)i * 997;
                return Pricing.FloorCredits(micros) == (long)Math.Floor(micros / 1_000_000m)
                    && Pricing.CeilCredits(micros) == (long)Math.Ceiling(micros / 1_000_000m);
            })
            .Check(Thousands);

    [Theory]
    [InlineData(long.MaxValue, 9_223_372_036_854)]
    [InlineData(long.MinValue + 1, -9_223_372_036_855)]
    [InlineData(long.MinValue, -9_223_372_036_855)]
    public void Whole_credits_hold_at_the_ends_of_63_bits(long micros, long credits) =>
        Pricing.FloorCredits(micros).ShouldBe(credits);

    /// <summary>
    /// recharged + rewarded − consumed = balance in whole Credits: gifts and packs are whole, so one rounding remains.
    /// </summary>
    [Fact]
    public void Whole_credits_recharged_and_rewarded_less_consumed_are_the_balance() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<PositiveInt[]>(),
                ArbMap.Default.ArbFor<NonNegativeInt[]>(),
                (income, charges) =>
                {
                    long recharged = income.Where((_, i) => i % 2 == 0).Sum(c => c.Get * Pricing.MicrosPerCredit);
                    long rewarded = income.Where((_, i) => i % 2 == 1).Sum(c => c.Get * Pricing.MicrosPerCredit);
                    long consumed = charges.Sum(c => c.Get * 7_919L);
                    return Pricing.FloorCredits(recharged)
                            + Pricing.FloorCredits(rewarded)
                            - Pricing.CeilCredits(consumed)
                        == Pricing.FloorCredits(recharged + rewarded - consumed);
                }
            )
            .Check(Thousands);
}
