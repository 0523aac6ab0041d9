using Microsoft.Extensions.Logging.Abstractions;
using SmartFlow.Llm.Calls;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

public class ModelRouteTests
{
    [Fact]
    public void A_plain_alias_is_always_asked_in_its_order() =>
        Names(new ModelRoute(Candidates("a", "b", "c")).Pick(new Random(1))).ShouldBe("abc");

    [Fact]
    public void The_first_choice_follows_the_weights_and_the_rest_keep_their_order()
    {
        var route = new ModelRoute(Candidates("a", "b", "c"), [9, 1, 0]);
        var random = new Random(20261122);
        var picked = Enumerable.Range(0, 10_000).Select(_ => Names(route.Pick(random))).CountBy(n => n).ToDictionary();
        picked.Keys.ShouldBe(["abc", "bac"], ignoreOrder: true);
        picked["abc"].ShouldBeInRange(8_700, 9_300);
    }

    [Fact]
    public void Picking_makes_nothing_new()
    {
        var route = new ModelRoute(Candidates("a", "b"), [1, 1]);
        var random = new Random(1);
        Enumerable.Range(0, 100).Select(_ => route.Pick(random)).Distinct().Count().ShouldBe(2);
    }

    private static string Names(Candidate[] candidates) => string.Concat(candidates.Select(c => c.Model));

    private static Candidate[] Candidates(params string[] models)
    {
        var demo = new DemoProvider(TimeProvider.System);
        var lane = new ProviderLane(new OpenAiCompatibleOptions(), TimeProvider.System, NullLogger.Instance);
        return [.. models.Select(m => new Candidate(demo, m, UpstreamDialect.Default, lane))];
    }
}
