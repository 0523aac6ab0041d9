using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>The solver beside a brute force that shares no code with it. SMARTFLOW_SOAK=n compares n times as many.</summary>
public sealed class SchedulerOptimumTests
{
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"), out var rounds) ? rounds : 1;

    [Fact]
    public void One_class_is_planned_at_the_least_cost_there_is()
    {
        var (proven, partial, costly) = (0, 0, 0);
        for (var seed = 0; seed < 300 * Rounds; seed++)
        {
            var world = PlanWorld.Small(seed, classes: 1, maxItems: 4);
            if (new BruteForce(world).Best(limit: 40_000) is not { } best) continue;
            var answer = Scheduler.Solve(world.Problem);
            var placed = answer.Placements.Select(p => (p.Class, p.Item, p.Start)).ToList();
            var judge = new Judge(world);
            judge.Broken(placed).ShouldBeEmpty($"seed {seed}");
            judge.Cost(placed).ShouldBe((answer.MissingSections, answer.CostMicros), $"seed {seed}: the cost it says");
            (answer.MissingSections, answer.CostMicros).ShouldBe(best, $"seed {seed}");
            proven++;
            if (best.Missing > 0) partial++;
            if (best.Micros > 0) costly++;
        }
        // What never happens proves nothing.
        proven.ShouldBeGreaterThan(200 * Rounds);
        partial.ShouldBeGreaterThan(20 * Rounds);
        costly.ShouldBeGreaterThan(150 * Rounds);
    }
}
