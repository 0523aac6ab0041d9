using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>
/// The solver beside a brute force that shares no code with it. SMARTFLOW_SOAK=n compares n times as many.
/// </summary>
public sealed class SchedulerOptimumTests
{
    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"), out var rounds) ? rounds : 1;

    [Fact]
    public void One_class_is_planned_at_the_least_cost_there_is()
    {
        var (proven, partial, costly) = (0, 0, 0);
        for (var seed = 0; seed < 250 * Rounds; seed++)
        {
            var world = PlanWorld.Small(seed, classes: 1, maxItems: 4);
            if (new BruteForce(world).Best(limit: 25_000) is not { } best)
                continue;
            var answer = Scheduler.Solve(world.Problem);
            var placed = answer.Placements.Select(p => (p.Class, p.Item, p.Start)).ToList();
            var judge = new Judge(world);
            judge.Broken(placed).ShouldBeEmpty($"seed {seed}");
            judge.Cost(placed).ShouldBe((answer.MissingSections, answer.CostMicros), $"seed {seed}: the cost it says");
            (answer.MissingSections, answer.CostMicros).ShouldBe(best, $"seed {seed}");
            proven++;
            if (best.Missing > 0)
                partial++;
            if (best.Micros > 0)
                costly++;
        }
        // What never happens proves nothing.
        proven.ShouldBeGreaterThan(180 * Rounds);
        partial.ShouldBeGreaterThan(20 * Rounds);
        costly.ShouldBeGreaterThan(120 * Rounds);
    }

    [Fact]
    public void Several_classes_are_planned_within_one_per_cent_of_the_least_cost_on_average()
    {
        var gaps = new List<double>();
        for (var seed = 0; gaps.Count < 40 * Rounds; seed++)
        {
            var world = PlanWorld.Small(seed, classes: 2 + seed % 2, maxItems: 3);
            if (new BruteForce(world).Best(limit: 15_000) is not { Micros: > 0 } best)
                continue;
            var answer = Scheduler.Solve(world.Problem with { BudgetMs = 20 }, time: StoppedClock.Still);
            gaps.Add(
                answer.MissingSections > best.Missing ? 1 : (answer.CostMicros - best.Micros) / (double)best.Micros
            );
            gaps[^1].ShouldBeGreaterThanOrEqualTo(0, $"seed {seed}: better than the best");
        }
        gaps.Average().ShouldBeLessThan(0.01);
    }
}
