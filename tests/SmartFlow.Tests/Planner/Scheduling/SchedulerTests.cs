using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>What the door promises: rules, the cost it says, the same answer again, an end in time.</summary>
public sealed class SchedulerTests
{
    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"), out var rounds) ? rounds : 1;

    [Fact]
    public void No_plan_of_several_classes_breaks_a_rule_or_misstates_its_cost()
    {
        var (partial, embedded, stays) = (0, 0, 0);
        for (var seed = 0; seed < 30 * Rounds; seed++)
        {
            var world = PlanWorld.Large(seed);
            var answer = Scheduler.Solve(world.Problem with { BudgetMs = 60 }, time: StoppedClock.Still);
            var placed = answer.Placements.Select(p => (p.Class, p.Item, p.Start)).ToList();
            var judge = new Judge(world);
            judge.Broken(placed).ShouldBeEmpty($"seed {seed}");
            judge.Cost(placed).ShouldBe((answer.MissingSections, answer.CostMicros), $"seed {seed}");
            answer
                .Quality.Sum(q => q.CostMicros)
                .ShouldBe(answer.CostMicros, $"seed {seed}: the panel leaves nothing out");
            answer.Quality.ShouldAllBe(q => q.Score >= 0 && q.Score <= 100);
            Told(world.Problem, answer).ShouldBe(Wanted(world.Problem), $"seed {seed}: each item once, placed or not");
            answer.Placements.ShouldAllBe(p => p.Occurrence == Math.Max(0, world.Problem.Slots[p.Start]));
            if (answer.MissingSections > 0)
                partial++;
            embedded += answer.Placements.Count(p => p.Occurrence > 0);
            stays += world.Problem.Fixed.Count + world.Problem.Classes.Sum(c => c.Items.Count(i => i.Locked));
        }
        partial.ShouldBeGreaterThan(5);
        embedded.ShouldBeGreaterThan(20);
        stays.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void The_same_seed_gives_the_same_answer_whatever_was_solved_before()
    {
        var searched = 0;
        for (var seed = 0; seed < 6; seed++)
        {
            var problem = PlanWorld.Large(seed).Problem with { BudgetMs = 100 };
            var once = Scheduler.Solve(problem, time: StoppedClock.Still);
            Scheduler.Solve(PlanWorld.Large(seed + 100).Problem with { BudgetMs = 5 });
            var again = Scheduler.Solve(problem, time: StoppedClock.Still);
            again.Placements.ShouldBe(once.Placements, $"seed {seed}");
            (again.CostMicros, again.Rounds, again.Stopped).ShouldBe((once.CostMicros, once.Rounds, once.Stopped));

            // A single class has one best plan without any search. Of the others the seed decides: another one goes
            // another way.
            if (problem.Classes.Count == 1)
                continue;
            searched++;
            once.Rounds.ShouldBePositive($"seed {seed}");
            var other = Scheduler.Solve(problem with { Seed = problem.Seed + 1 }, time: StoppedClock.Still);
            (other.CostMicros, other.Rounds).ShouldNotBe((once.CostMicros, once.Rounds), $"seed {seed}");
        }
        searched.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void Work_ends_the_search_and_more_of_it_finds_better_plans()
    {
        var (improved, problem) = (0, PlanWorld.Large(0).Problem);
        for (var seed = 0; seed < 4; seed++)
        {
            var hasty = Scheduler.Solve(problem with { Seed = seed, BudgetMs = 2 }, time: StoppedClock.Still);
            var patient = Scheduler.Solve(problem with { Seed = seed, BudgetMs = 300 }, time: StoppedClock.Still);
            (hasty.Stopped, patient.Stopped).ShouldBe((Stopped.Work, Stopped.Work));
            patient.Rounds.ShouldBeGreaterThan(hasty.Rounds);
            if ((patient.MissingSections, patient.CostMicros).CompareTo((hasty.MissingSections, hasty.CostMicros)) < 0)
                improved++;
        }
        improved.ShouldBe(4);
    }

    [Fact]
    public void When_time_runs_out_there_is_a_plan_that_breaks_no_rule()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var world = PlanWorld.Large(seed);
            var answer = Scheduler.Solve(world.Problem, time: new LeapingClock());
            answer.Stopped.ShouldBe(world.Problem.Classes.Count > 1 ? Stopped.Time : Stopped.Exact);
            answer.Placements.ShouldNotBeEmpty();
            new Judge(world).Broken([.. answer.Placements.Select(p => (p.Class, p.Item, p.Start))]).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_cancelled_search_answers_with_what_it_has()
    {
        var world = PlanWorld.Large(0);
        using var source = new CancellationTokenSource();
        var progress = new Heard(_ => source.Cancel());
        var answer = Scheduler.Solve(
            world.Problem with
            {
                BudgetMs = 2_000,
            },
            progress,
            StoppedClock.Still,
            source.Token
        );
        answer.Stopped.ShouldBe(Stopped.Cancelled);
        progress.Count.ShouldBe(1);
        new Judge(world).Broken([.. answer.Placements.Select(p => (p.Class, p.Item, p.Start))]).ShouldBeEmpty();
    }

    [Fact]
    public void Progress_tells_no_worse_plans_and_not_too_many()
    {
        var heard = new List<PlanProgress>();
        var answer = Scheduler.Solve(
            PlanWorld.Large(0).Problem with
            {
                BudgetMs = 100,
            },
            new Heard(heard.Add),
            StoppedClock.Still
        );
        heard.Count.ShouldBeInRange(2, 101);
        foreach (var (earlier, later) in heard.Zip(heard.Skip(1)))
        {
            (later.MissingSections, later.CostMicros)
                .CompareTo((earlier.MissingSections, earlier.CostMicros))
                .ShouldBeLessThanOrEqualTo(0);
            later.Share.ShouldBeInRange(earlier.Share, 1);
        }
        (answer.MissingSections, answer.CostMicros)
            .CompareTo((heard[^1].MissingSections, heard[^1].CostMicros))
            .ShouldBeLessThanOrEqualTo(0);
    }

    [Fact]
    public void Planning_a_plan_again_moves_nothing_unless_more_is_placed()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var problem = PlanWorld.Large(seed).Problem with { BudgetMs = 25, Weights = new Weights() };
            var plan = Scheduler.Solve(problem, time: StoppedClock.Still);
            var again = Scheduler.Solve(Standing(problem, plan), time: StoppedClock.Still);
            again.MissingSections.ShouldBeLessThanOrEqualTo(plan.MissingSections);
            if (again.MissingSections == plan.MissingSections)
                again.Placements.ShouldAllBe(p => p.MovedFrom == null, $"seed {seed}");
        }
    }

    [Fact]
    public void What_was_missed_finds_a_place_before_what_follows_it_and_little_else_moves()
    {
        // One section a day for a week; the first two days pass unused.
        var slots = new int[14];
        var problem = new PlanProblem
        {
            Shape = DayShape.Of([(480, 525)]),
            Days = 14,
            Slots = slots,
            Now = 2,
            Classes = [new PlanClass(1, 0, 13, [.. Enumerable.Range(0, 6).Select(i => new PlanItem(i, 1, At: i * 2))])],
        };
        var answer = Scheduler.Solve(problem);
        answer.Placements.Select(p => p.Start).ShouldBe([2, 3, 4, 6, 8, 10]);
        answer.Placements.Where(p => p.MovedFrom is not null).Select(p => (p.Item, p.MovedFrom)).ShouldBe([(1, 2)]);
    }

    [Fact]
    public void A_plan_made_by_hand_is_scored_as_the_solver_scores_its_own()
    {
        var problem = PlanWorld.Large(0).Problem with { BudgetMs = 10 };
        var answer = Scheduler.Solve(problem, time: StoppedClock.Still);
        var scored = Scheduler.Score(problem, answer.Placements.Select(p => (p.Class, p.Item, p.Start)));
        scored.CostMicros.ShouldBe(answer.CostMicros);
        scored.Quality.ShouldBe(answer.Quality);
        scored.Unplaced.ShouldBe(answer.Unplaced);
        Should.Throw<ArgumentException>(() => Scheduler.Score(problem, [(0, 0, problem.Slots.Length)]));
    }

    [Fact]
    public void A_problem_outside_its_limits_is_refused()
    {
        var fine = PlanWorld.Small(0, 1, 3).Problem;
        PlanClass Of(params PlanItem[] items) => new(1, 0, 0, items);
        PlanProblem[] refused =
        [
            fine with
            {
                Days = 211,
            },
            fine with
            {
                Slots = [],
            },
            fine with
            {
                BudgetMs = 2_001,
            },
            fine with
            {
                BudgetMs = 0,
            },
            fine with
            {
                Weights = new Weights { Load = -1 },
            },
            fine with
            {
                Weights = new Weights { Load = 100_001 },
            },
            fine with
            {
                Classes = [.. Enumerable.Repeat(Of(), 7)],
            },
            fine with
            {
                Classes = [Of(new PlanItem(1, 5))],
            },
            fine with
            {
                Classes = [Of(new PlanItem(1, 0))],
            },
            fine with
            {
                Classes = [Of([.. Enumerable.Repeat(new PlanItem(1, 1), 201)])],
            },
            fine with
            {
                Classes = [Of(new PlanItem(1, 1, Locked: true))],
            },
            fine with
            {
                Fixed = [new FixedBlock(-1, 1)],
            },
        ];
        foreach (var problem in refused)
            Should.Throw<ArgumentException>(() => Scheduler.Solve(problem));
        Scheduler
            .Solve(
                fine with
                {
                    Classes = [.. Enumerable.Repeat(Of([.. Enumerable.Repeat(new PlanItem(1, 1), 200)]), 6)],
                }
            )
            .MissingSections.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_solve_allocates_no_more_than_its_answer_asks_for()
    {
        var problem = PlanWorld.Large(0).Problem with { BudgetMs = 5 };
        Scheduler.Solve(problem, time: StoppedClock.Still);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 20; n++)
            Scheduler.Solve(problem with { Seed = n }, time: StoppedClock.Still);
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 20).ShouldBeLessThan(128 * 1_024);
    }

    private static PlanProblem Standing(PlanProblem problem, PlanAnswer plan) =>
        problem with
        {
            Classes =
            [
                .. problem.Classes.Select(
                    (of, c) =>
                        of with
                        {
                            Items =
                            [
                                .. of.Items.Select(
                                    (item, i) =>
                                        item.Locked
                                            ? item
                                            : item with
                                            {
                                                At = plan
                                                    .Placements.Where(p => p.Class == c && p.Item == i)
                                                    .Select(p => (int?)p.Start)
                                                    .FirstOrDefault(),
                                            }
                                ),
                            ],
                        }
                ),
            ],
        };

    private static IEnumerable<(int, int)> Told(PlanProblem problem, PlanAnswer answer) =>
        answer.Placements.Select(p => (p.Class, p.Item)).Concat(answer.Unplaced.Select(u => (u.Class, u.Item))).Order();

    private static IEnumerable<(int, int)> Wanted(PlanProblem problem) =>
        problem
            .Classes.SelectMany((of, c) => of.Items.Select((item, i) => (item.Locked, c, i)))
            .Where(x => !x.Locked)
            .Select(x => (x.c, x.i))
            .Order();

    private sealed class Heard(Action<PlanProgress> then) : IProgress<PlanProgress>
    {
        public int Count { get; private set; }

        public void Report(PlanProgress value)
        {
            Count++;
            then(value);
        }
    }

    /// <summary>Every look at it is an hour later.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private long looks;

        public override long GetTimestamp() => ++looks * 3_600 * TimestampFrequency;
    }
}

/// <summary>On it a search always has time, so that only work ends it.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public static StoppedClock Still { get; } = new();

    public override long GetTimestamp() => 0;
}
