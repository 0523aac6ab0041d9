using FsCheck;
using FsCheck.Fluent;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore;

public sealed class PriceListTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<PriceRule> Rules =
        from id in Gen.Choose(1, 6)
        from version in Gen.Choose(1, 3)
        from scene in Gen.Elements("", "*", "agent.chat", "agent.plan")
        from provider in Gen.Elements("", "*", "demo", "openai")
        from model in Gen.Elements("", "*", "demo", "gpt")
        from priority in Gen.Elements(50, 100, 200)
        from status in Gen.Frequency((4, Gen.Constant("active")), (1, Gen.Constant("inactive")))
        from begins in Gen.Choose(-3, 2)
        from lasts in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
        select Rule(id, version, scene, provider, model, priority, status, begins, lasts);

    [Fact]
    public void The_rule_that_wins_is_the_first_in_the_written_order()
    {
        var lists = Rules.ListOf().Select(l => l.DistinctBy(r => (r.RuleId, r.Version)).ToArray());
        var calls =
            from scene in Gen.Elements("agent.chat", "agent.plan", "other")
            from provider in Gen.Elements("demo", "openai", "other")
            from model in Gen.Elements("demo", "gpt", "other")
            from hours in Gen.Choose(-4, 6)
            select (scene, provider, model, at: Noon.AddHours(hours));
        Prop.ForAll(Arb.From(lists), Arb.From(calls), (rules, call) =>
            {
                var expected = InForce(rules, call.at)
                    .Where(r => Covers(r, (call.scene, call.provider, call.model)))
                    .OrderBy(r => r, Comparer<PriceRule>.Create(Order))
                    .FirstOrDefault();
                var chosen = new PriceList(rules).Resolve(call.scene, call.provider, call.model, call.at);
                return (chosen?.RuleId, chosen?.Version) == ((ulong?)expected?.RuleId, expected?.Version);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    /// <summary>
    /// The table reads less than every version; what it leaves out must be beyond use, however time goes on.
    /// </summary>
    [Fact]
    public void The_versions_that_are_read_price_like_all_of_them_from_then_on() =>
        Prop.ForAll(
                Arb.From(Rules.ListOf().Select(Written)),
                Arb.From(Gen.Choose(-4, 6)),
                Arb.From(Gen.Choose(0, 6)),
                (rules, readAt, later) =>
                {
                    var read = Noon.AddHours(readAt);
                    var needed = rules
                        .Where(v =>
                            v.Current || rules.Any(c => c.RuleId == v.RuleId && c.Current && c.EffectiveFrom > read)
                        )
                        .ToArray();
                    var at = read.AddHours(later);
                    var (all, some) = (
                        new PriceList(rules).Resolve("agent.chat", "demo", "gpt", at),
                        new PriceList(needed).Resolve("agent.chat", "demo", "gpt", at)
                    );
                    return (all?.RuleId, all?.Version) == (some?.RuleId, some?.Version);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    /// <summary>Versions numbered as they are written, the last one current.</summary>
    private static PriceRule[] Written(List<PriceRule> rules)
    {
        foreach (var rule in rules.GroupBy(r => r.RuleId))
        foreach (var (i, version) in rule.Index())
            (version.Version, version.Current) = (i + 1, i + 1 == rule.Count());
        return [.. rules];
    }

    [Fact]
    public void A_version_that_begins_later_leaves_the_earlier_one_in_force_until_then()
    {
        var list = new PriceList([Rule(1, 1, begins: -1), Rule(1, 2, begins: 1)]);
        list.Resolve("s", "p", "m", Noon)!.Version.ShouldBe(1);
        list.Resolve("s", "p", "m", Noon.AddHours(1))!.Version.ShouldBe(2);
    }

    [Fact]
    public void A_rule_switched_off_by_a_new_version_prices_nothing() =>
        new PriceList([Rule(1, 1), Rule(1, 2, status: "inactive")]).Resolve("s", "p", "m", Noon).ShouldBeNull();

    [Fact]
    public void A_rule_ends_at_its_effective_to()
    {
        var list = new PriceList([Rule(1, 1, begins: -1, lasts: 1)]);
        list.Resolve("s", "p", "m", Noon.AddTicks(-1)).ShouldNotBeNull();
        list.Resolve("s", "p", "m", Noon).ShouldBeNull();
    }

    [Fact]
    public void No_rule_is_no_price() => new PriceList([]).Resolve("s", "p", "m", Noon).ShouldBeNull();

    /// <summary>
    /// Versions in force by the words of the contract: the newest begun version of each rule, if it is active and not
    /// over.
    /// </summary>
    private static IEnumerable<PriceRule> InForce(PriceRule[] rules, DateTimeOffset at) =>
        rules
            .GroupBy(r => r.RuleId)
            .Select(g => g.Where(r => r.EffectiveFrom <= at).MaxBy(r => r.Version))
            .OfType<PriceRule>()
            .Where(r => r.Status == "active" && (r.EffectiveTo is null || r.EffectiveTo > at));

    private static bool Covers(PriceRule r, (string Scene, string Provider, string Model) call) =>
        (r.Scene is "" or "*" || r.Scene == call.Scene)
        && (r.ProviderName is "" or "*" || r.ProviderName == call.Provider)
        && (r.ModelName is "" or "*" || r.ModelName == call.Model);

    private static int Order(PriceRule a, PriceRule b)
    {
        static int Exact(string pattern) => pattern is "" or "*" ? 0 : 1;
        int[] steps =
        [
            b.Priority.CompareTo(a.Priority),
            Exact(b.ModelName).CompareTo(Exact(a.ModelName)),
            Exact(b.ProviderName).CompareTo(Exact(a.ProviderName)),
            Exact(b.Scene).CompareTo(Exact(a.Scene)),
            b.EffectiveFrom.CompareTo(a.EffectiveFrom),
            b.RuleId.CompareTo(a.RuleId),
        ];
        return steps.FirstOrDefault(s => s != 0);
    }

    private static PriceRule Rule(
        int id,
        int version,
        string scene = "",
        string provider = "",
        string model = "",
        int priority = 100,
        string status = "active",
        int begins = 0,
        int lasts = 0
    ) =>
        new()
        {
            RuleId = id,
            Version = version,
            Scene = scene,
            ProviderName = provider,
            ModelName = model,
            InputPriceMicros = id * 1_000,
            OutputPriceMicros = version * 1_000,
            CreditPerYuan = 100,
            Priority = priority,
            Status = status,
            Description = "",
            EffectiveFrom = Noon.AddHours(begins),
            EffectiveTo = lasts == 0 ? null : Noon.AddHours(begins + lasts),
        };
}
