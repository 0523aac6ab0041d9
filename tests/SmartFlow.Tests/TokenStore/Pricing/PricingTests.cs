using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Tests.TokenStore;

public sealed partial class PricingTests
{
    private static readonly Config Thousands = Config.QuickThrowOnFailure.WithMaxTest(5_000);

    private static readonly Gen<long> Tokens = Gen.OneOf(
        Gen.Elements(0L, 1L, 999_999L, 1_000_000L, 1_000_001L),
        Gen.Choose(0, 2_000_000).Select(t => (long)t)
    );

    private static readonly Gen<long> Prices = Gen.OneOf(
        Gen.Elements(0L, 1L, 1_000L, 999_999L, 3_200_000L, 16_000_000L, 10_000_000_000L),
        Gen.Choose(0, 100_000_000).Select(p => (long)p)
    );

    private static readonly Gen<TokenUsage> Usages = Gen.ArrayOf(Tokens, 5)
        .Select(t => new TokenUsage(t[0], t[1], t[2], t[3], t[4]));

    private static readonly Gen<long> Images = Gen.Choose(0, 20).Select(i => (long)i);

    private static readonly Gen<PriceTier[]> Tiers =
        from count in Gen.Choose(0, Pricing.MaxTiers)
        from starts in Gen.ArrayOf(
            Gen.OneOf(Gen.Elements(1L, 1_000_000L, 2_000_000L), Gen.Choose(1, 5_000_000).Select(t => (long)t)),
            count
        )
        from prices in Gen.ArrayOf(Gen.ArrayOf(Prices, 5), count)
        select starts
            .Distinct()
            .Order()
            .Select(
                (start, i) =>
                    new PriceTier
                    {
                        FromInputTokens = start,
                        InputPriceMicros = prices[i][0],
                        OutputPriceMicros = prices[i][1],
                        CachedPriceMicros = prices[i][2],
                        CacheWritePriceMicros = prices[i][3],
                        ReasoningPriceMicros = prices[i][4],
                    }
            )
            .ToArray();

    private static readonly Gen<FrozenPrice> Rules =
        from p in Gen.ArrayOf(Prices, 7)
        from tiers in Tiers
        from perYuan in Gen.Elements(1L, 7L, 100L, 1_000L)
        select new FrozenPrice
        {
            InputPriceMicros = p[0],
            OutputPriceMicros = p[1],
            CachedPriceMicros = p[2],
            CacheWritePriceMicros = p[3],
            ReasoningPriceMicros = p[4],
            ImagePriceMicros = p[5],
            RequestPriceMicros = p[6],
            CreditPerYuan = perYuan,
            Tiers = { tiers },
        };

    private static readonly Arbitrary<(TokenUsage Usage, long Images, FrozenPrice Price)> Calls = Arb.From(
        from usage in Usages
        from images in Images
        from price in Rules
        select (usage, images, price)
    );

    [Fact]
    public void The_cost_is_the_exact_sum_of_everything_rounded_up_once() =>
        Prop.ForAll(Calls, c =>
            {
                var exact = ExactSum(c.Usage, c.Images, c.Price);
                var cost = new BigInteger(Pricing.CostMicroYuan(c.Usage, c.Images, c.Price));
                return cost >= 0
                    && cost * 1_000_000 >= exact
                    && (cost - 1) * 1_000_000 < exact
                    && Pricing.CreditMicros(c.Usage, c.Images, c.Price) == cost * c.Price.CreditPerYuan;
            })
            .Check(Thousands);

    [Fact]
    public void The_lines_of_a_price_add_up_to_its_cost() =>
        Prop.ForAll(Calls, c =>
            {
                var lines = Pricing.Lines(c.Usage, c.Images, c.Price);
                var sum = lines.Aggregate(BigInteger.Zero, (s, l) => s + (BigInteger)l.MillionthsOfMicroYuan);
                return sum == ExactSum(c.Usage, c.Images, c.Price)
                    && lines.Select(l => l.Bucket).SequenceEqual(Enum.GetValues<PriceBucket>());
            })
            .Check(Thousands);

    [Fact]
    public void No_call_within_its_limits_costs_more_than_its_worst_case() =>
        Prop.ForAll(Calls, Arb.From(Gen.ArrayOf(Tokens, 2)), (c, spare) =>
                Pricing.CreditMicros(c.Usage, c.Images, c.Price)
                <= Pricing.WorstCaseCreditMicros(
                    Pricing.PromptTokens(c.Usage) + spare[0],
                    c.Usage.Output + c.Usage.Reasoning + spare[1],
                    c.Images,
                    c.Price
                )
            )
            .Check(Thousands);

    /// <summary>A hold that is larger than needed would refuse calls that the balance covers.</summary>
    [Fact]
    public void The_worst_case_is_reached_by_some_call_within_its_limits() =>
        Prop.ForAll(Calls, c =>
            {
                var (input, output) = (Pricing.PromptTokens(c.Usage), c.Usage.Output + c.Usage.Reasoning);
                var ends = c.Price.Tiers.Select(t => t.FromInputTokens - 1).Append(input).Where(e => e <= input);
                var dearest = (
                    from prompt in ends
                    from usage in new[]
                    {
                        new TokenUsage(prompt, output),
                        new TokenUsage(0, output, Cached: prompt),
                        new TokenUsage(0, output, CacheWrite: prompt),
                        new TokenUsage(prompt, 0, Reasoning: output),
                        new TokenUsage(0, 0, prompt, 0, output),
                        new TokenUsage(0, 0, 0, prompt, output),
                    }
                    select Pricing.CreditMicros(usage, c.Images, c.Price)
                ).Max();
                return Pricing.WorstCaseCreditMicros(input, output, c.Images, c.Price) == dearest;
            })
            .Check(Thousands);

    [Fact]
    public void Within_a_tier_more_tokens_never_cost_less() =>
        Prop.ForAll(Calls, Arb.From(Gen.Choose(0, 4)), Arb.From(Tokens), (c, bucket, more) =>
            {
                var u = c.Usage;
                var grown = bucket switch
                {
                    0 => u with { Input = u.Input + more },
                    1 => u with { Output = u.Output + more },
                    2 => u with { Cached = u.Cached + more },
                    3 => u with { CacheWrite = u.CacheWrite + more },
                    _ => u with { Reasoning = u.Reasoning + more },
                };
                return TierOf(grown, c.Price) != TierOf(u, c.Price)
                    || Pricing.CostMicroYuan(grown, c.Images, c.Price) >= Pricing.CostMicroYuan(u, c.Images, c.Price);
            })
            .Check(Thousands);

    [Fact]
    public void A_larger_limit_never_has_a_smaller_worst_case() =>
        Prop.ForAll(Calls, Arb.From(Gen.ArrayOf(Tokens, 2)), (c, more) =>
            {
                var (input, output) = (Pricing.PromptTokens(c.Usage), c.Usage.Output);
                return Pricing.WorstCaseCreditMicros(input, output, c.Images, c.Price)
                    <= Pricing.WorstCaseCreditMicros(input + more[0], output + more[1], c.Images + 1, c.Price);
            })
            .Check(Thousands);

    [Fact]
    public void The_tier_is_chosen_by_the_whole_prompt_and_holds_for_the_whole_call()
    {
        var price = new FrozenPrice
        {
            InputPriceMicros = 1_000_000,
            OutputPriceMicros = 2_000_000,
            CachedPriceMicros = 500_000,
            CreditPerYuan = 1,
            Tiers =
            {
                new PriceTier
                {
                    FromInputTokens = 1_000,
                    InputPriceMicros = 3_000_000,
                    OutputPriceMicros = 4_000_000,
                },
            },
        };
        Pricing.CostMicroYuan(new TokenUsage(900, 10, Cached: 99), 0, price).ShouldBe(900 + 20 + 50);
        // One prompt token more, from whichever bucket: all of it at the tier's price, whose cached price is its own
        // input's.
        Pricing.CostMicroYuan(new TokenUsage(900, 10, Cached: 100), 0, price).ShouldBe(1_000 * 3 + 10 * 4);
        Pricing
            .CostMicroYuan(new TokenUsage(0, 10, Cached: 900, CacheWrite: 100, Reasoning: 5), 0, price)
            .ShouldBe(1_000 * 3 + 15 * 4);
        Pricing.CostMicroYuan(new TokenUsage(0, 5_000), 0, price).ShouldBe(10_000);
    }

    [Fact]
    public void A_cheaper_tier_further_up_does_not_lower_the_worst_case()
    {
        var price = new FrozenPrice
        {
            InputPriceMicros = 9_000_000,
            OutputPriceMicros = 1_000_000,
            CreditPerYuan = 1,
            Tiers =
            {
                new PriceTier
                {
                    FromInputTokens = 1_000,
                    InputPriceMicros = 1_000_000,
                    OutputPriceMicros = 1_000_000,
                },
            },
        };
        Pricing.WorstCaseCreditMicros(1_500, 0, 0, price).ShouldBe(999 * 9);
        Pricing.WorstCaseCreditMicros(500, 0, 0, price).ShouldBe(500 * 9);
        Pricing.WorstCaseCreditMicros(20_000, 0, 0, price).ShouldBe(20_000);
    }

    [Fact]
    public void Images_and_the_request_cost_their_price_beside_the_tokens()
    {
        var price = new FrozenPrice
        {
            InputPriceMicros = 500_000,
            OutputPriceMicros = 500_000,
            ImagePriceMicros = 7_000,
            RequestPriceMicros = 300,
            CreditPerYuan = 100,
        };
        // 0.5 + 3 × 7,000 + 300, rounded up once.
        Pricing.CostMicroYuan(new TokenUsage(1, 0), 3, price).ShouldBe(21_301);
        Pricing.WorstCaseCreditMicros(1, 0, 3, price).ShouldBe(2_130_100);
        Pricing.CostMicroYuan(default, 0, price).ShouldBe(300);
    }

    [Fact]
    public void One_token_of_the_cheapest_price_still_costs_the_smallest_amount() =>
        Pricing
            .CreditMicros(new TokenUsage(1, 0), 0, new FrozenPrice { InputPriceMicros = 1, CreditPerYuan = 100 })
            .ShouldBe(100);

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
        Pricing.CreditMicros(new TokenUsage(1_000, 500, 2_000, 0, 100), 0, price).ShouldBe(1_440_000);
    }

    [Fact]
    public void Cached_and_reasoning_tokens_without_a_price_of_their_own_cost_as_input_and_output()
    {
        var price = new FrozenPrice
        {
            InputPriceMicros = 2_000_000,
            OutputPriceMicros = 3_000_000,
            CreditPerYuan = 1,
        };
        Pricing
            .CostMicroYuan(new TokenUsage(0, 0, Cached: 10, CacheWrite: 100, Reasoning: 1_000), 0, price)
            .ShouldBe(20 + 200 + 3_000);
    }

    [Fact]
    public void A_free_rule_costs_nothing_whatever_its_prices()
    {
        var price = new FrozenPrice
        {
            Free = true,
            InputPriceMicros = 5,
            OutputPriceMicros = 5,
            ImagePriceMicros = 5,
            RequestPriceMicros = 5,
            CreditPerYuan = 100,
            Tiers =
            {
                new PriceTier { FromInputTokens = 1, InputPriceMicros = 5 },
            },
        };
        Pricing.CreditMicros(new TokenUsage(10, 10), 1, price).ShouldBe(0);
        Pricing.WorstCaseCreditMicros(10, 10, 1, price).ShouldBe(0);
        Pricing.Lines(new TokenUsage(10, 10), 1, price).ShouldAllBe(l => l.PriceMicros == 0);
    }

    /// <summary>The exact value where it and what leads to it fit, else an overflow.</summary>
    private static bool Is(BigInteger exact, BigInteger onTheWay, Func<long> computed)
    {
        var fits = exact <= long.MaxValue && onTheWay <= long.MaxValue;
        try
        {
            return computed() == exact && fits;
        }
        catch (OverflowException)
        {
            return !fits;
        }
    }

    private static long TierOf(TokenUsage u, FrozenPrice p) =>
        p
            .Tiers.Select(t => t.FromInputTokens)
            .Where(f => f <= u.Input + u.Cached + u.CacheWrite)
            .DefaultIfEmpty(0)
            .Max();

    /// <summary>The contract in its own words, in numbers without limits: millionths of a micro-yuan.</summary>
    private static BigInteger ExactSum(TokenUsage u, long images, FrozenPrice p)
    {
        static BigInteger Or(long price, long other) => price == 0 ? other : price;
        var prompt = (BigInteger)u.Input + u.Cached + u.CacheWrite;
        var t = p.Tiers.LastOrDefault(t => t.FromInputTokens <= prompt)
            ?? new PriceTier
            {
                InputPriceMicros = p.InputPriceMicros,
                OutputPriceMicros = p.OutputPriceMicros,
                CachedPriceMicros = p.CachedPriceMicros,
                CacheWritePriceMicros = p.CacheWritePriceMicros,
                ReasoningPriceMicros = p.ReasoningPriceMicros,
            };
        return new BigInteger(u.Input) * t.InputPriceMicros
            + new BigInteger(u.Output) * t.OutputPriceMicros
            + u.Cached * Or(t.CachedPriceMicros, t.InputPriceMicros)
            + u.CacheWrite * Or(t.CacheWritePriceMicros, t.InputPriceMicros)
            + u.Reasoning * Or(t.ReasoningPriceMicros, t.OutputPriceMicros)
            + (new BigInteger(images) * p.ImagePriceMicros + p.RequestPriceMicros) * 1_000_000;
    }
}
