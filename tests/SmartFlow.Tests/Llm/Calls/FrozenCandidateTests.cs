using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm.Calls;

namespace SmartFlow.Tests.Llm.Calls;

public sealed class FrozenCandidateTests
{
    [Fact]
    public void A_frozen_price_comes_back_from_the_journal_as_it_was() =>
        Prop.ForAll(
                Arb.From(Gen.ArrayOf(Gen.Choose(0, 1_000_000).Select(n => (long)n), 20)),
                Arb.From(Gen.Choose(0, 8)),
                (n, tiers) =>
                {
                    var price = new FrozenPrice
                    {
                        RuleId = (ulong)n[0],
                        Version = (int)n[1],
                        InputPriceMicros = n[2],
                        OutputPriceMicros = n[3],
                        CachedPriceMicros = n[4],
                        ReasoningPriceMicros = n[5],
                        CacheWritePriceMicros = n[6],
                        CreditPerYuan = n[7],
                        Free = n[8] % 2 == 0,
                        ImagePriceMicros = n[9],
                        RequestPriceMicros = n[10],
                    };
                    for (var i = 0; i < tiers; i++)
                        price.Tiers.Add(
                            new PriceTier
                            {
                                FromInputTokens = n[11] + i,
                                InputPriceMicros = n[12] + i,
                                OutputPriceMicros = n[13] + i,
                                CachedPriceMicros = n[14] + i,
                                ReasoningPriceMicros = n[15] + i,
                                CacheWritePriceMicros = n[16] + i,
                            }
                        );
                    return Quote.Thaw(FrozenCandidate.Freeze([new Priced("p", "m", price)])).Single()
                        == new Priced("p", "m", price);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_price_journaled_before_images_requests_and_tiers_had_one_is_still_readable()
    {
        const string Old = """
            [{"provider":"openai","model":"gpt","rule_id":7,"version":3,"input":1,"output":2,"cached":3,"reasoning":4,"cache_write":5,
              "credit_per_yuan":100,"free":false}]
            """;
        var price = Quote.Thaw(Old).Single().Price;
        (price.RuleId, price.Version, price.CacheWritePriceMicros).ShouldBe((7UL, 3, 5L));
        (price.ImagePriceMicros, price.RequestPriceMicros, price.Tiers.Count).ShouldBe((0L, 0L, 0));
    }

    [Fact]
    public void A_call_that_is_taken_over_keeps_its_prices_for_those_candidates_that_still_stand()
    {
        var earlier = FrozenCandidate.Freeze([At("a", 1), At("gone", 2), At("c", 3)]);
        var kept = Quote.Thaw(
            FrozenCandidate.Kept(earlier, FrozenCandidate.Freeze([At("c", 30), At("a", 10), At("new", 40)]))
        );
        kept.Select(p => (p.Provider, p.Price.InputPriceMicros)).ShouldBe([("a", 1L), ("c", 3L)]);

        var present = FrozenCandidate.Freeze([At("new", 40)]);
        FrozenCandidate.Kept(earlier, present).ShouldBe(present);
    }

    private static Priced At(string provider, long price) =>
        new(provider, "m", new FrozenPrice { RuleId = 1, InputPriceMicros = price });
}
