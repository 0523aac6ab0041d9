using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Tests.Planner.Scheduling;

/// <summary>
/// A week with two sections in the morning and two in the evening: what is left out, why, and what would help.
/// </summary>
public sealed class SchedulerReasonTests
{
    private const int Sections = 4,
        Days = 14;

    private static readonly DayShape Shape = DayShape.Of([(480, 525), (535, 580), (1140, 1185), (1195, 1240)]);

    [Fact]
    public void An_item_longer_than_any_part_of_the_day_is_told_apart() => Why(One(3)).ShouldBe(Rule.Dates);

    [Fact]
    public void A_window_that_is_over_is_told_apart() => Why(One(2), now: Days * Sections).ShouldBe(Rule.Past);

    [Fact]
    public void A_deadline_before_the_first_place_is_told_apart() =>
        Why(One(2) with { Items = [new PlanItem(1, 2, Deadline: 1)] }).ShouldBe(Rule.Deadline);

    [Fact]
    public void Excluded_days_are_told_apart() => Why(One(2) with { ExcludedDays = 127 }).ShouldBe(Rule.Excluded);

    [Fact]
    public void Excluded_pairs_are_told_apart() => Why(One(2) with { ExcludedPairs = 3 }).ShouldBe(Rule.Excluded);

    [Fact]
    public void Holidays_are_told_apart() => Why(One(2), slot: SlotKind.Holiday).ShouldBe(Rule.Holiday);

    [Fact]
    public void Hours_in_which_nobody_studies_are_told_apart() => Why(One(2), forbidden: true).ShouldBe(Rule.Hours);

    [Fact]
    public void A_filler_course_that_is_not_allowed_is_told_apart() =>
        Why(One(2) with { AllowFiller = false }, slot: 1).ShouldBe(Rule.Filler);

    [Fact]
    public void Courses_are_told_apart() => Why(One(2), slot: SlotKind.Course).ShouldBe(Rule.Occupied);

    [Fact]
    public void Locked_items_in_the_wrong_place_are_told_apart() =>
        Why(One(2) with { Items = [new PlanItem(1, 2), new PlanItem(2, 2, At: 0, Locked: true)] }).ShouldBe(Rule.Order);

    [Fact]
    public void Too_many_items_are_told_apart()
    {
        var answer = Solve(new PlanClass(1, 0, 1, [.. Enumerable.Range(0, 6).Select(i => new PlanItem(i, 2))]));
        answer.Unplaced.Select(u => u.Rule).ShouldBe([Rule.Full, Rule.Full]);
        answer.MissingSections.ShouldBe(4);
    }

    [Fact]
    public void An_excluded_evening_that_would_take_the_rest_is_named_with_what_it_gains()
    {
        // Two days, the second of them excluded, four items of two sections: only its morning and evening together hold
        // the rest.
        var items = Enumerable.Range(0, 4).Select(i => new PlanItem(i, 2)).ToArray();
        var whole = Solve(new PlanClass(1, 0, 1, items) { ExcludedDays = 2 });
        whole.Relaxations[0].ShouldBe(new Relaxation(RelaxationKind.AllowDay, 0, 4, Day: 2));
        whole.Relaxations.ShouldContain(new Relaxation(RelaxationKind.ExtendWeek, 0, 4));

        var evening = Solve(
            new PlanClass(1, 0, 1, items[..3]) { ExcludedDays = 2 },
            (4, SlotKind.Course),
            (5, SlotKind.Course)
        );
        evening.Relaxations[0].ShouldBe(new Relaxation(RelaxationKind.AllowDay, 0, 2, Day: 2, Part: 1));
    }

    [Fact]
    public void Every_kind_of_relaxation_says_what_solving_with_it_places()
    {
        var seen = new HashSet<RelaxationKind>();
        for (var seed = 0; seed < 300; seed++)
        {
            var problem = PlanWorld.Small(seed, classes: 1, maxItems: 8).Problem;
            var answer = Scheduler.Solve(problem);
            foreach (var relaxation in answer.Relaxations)
            {
                seen.Add(relaxation.Kind);
                if (Relaxed(problem, relaxation) is { } relaxed)
                    Scheduler
                        .Solve(relaxed)
                        .MissingSections.ShouldBe(
                            answer.MissingSections - relaxation.SectionsGained,
                            $"seed {seed}: {relaxation}"
                        );
            }
        }
        seen.Count.ShouldBe(Enum.GetValues<RelaxationKind>().Length);
    }

    /// <summary>
    /// The problem with the relaxation taken; null for a part of a day, which no field of a class says.
    /// </summary>
    private static PlanProblem? Relaxed(PlanProblem problem, Relaxation relaxation)
    {
        var of = problem.Classes[0];
        if (relaxation is { Kind: RelaxationKind.AllowDay, Part: not null })
            return null;
        if (relaxation.Kind == RelaxationKind.StudyOnHolidays)
            return problem with { Slots = [.. problem.Slots.Select(s => s == SlotKind.Holiday ? SlotKind.Free : s)] };
        if (relaxation.Kind == RelaxationKind.IgnoreHours)
            return problem with { Forbidden = [] };
        return problem with
        {
            Classes =
            [
                relaxation.Kind switch
                {
                    RelaxationKind.AllowDay => of with
                    {
                        ExcludedDays = of.ExcludedDays & ~(1 << relaxation.Day!.Value - 1),
                    },
                    RelaxationKind.AllowPair => of with
                    {
                        ExcludedPairs = of.ExcludedPairs & ~(1 << relaxation.Pair!.Value - 1),
                    },
                    RelaxationKind.AllowFiller => of with { AllowFiller = true },
                    RelaxationKind.ExtendWeek => of with { LastDay = of.LastDay + 7 },
                    _ => of with { Items = [.. of.Items.Select(i => i with { Deadline = null })] },
                },
            ],
        };
    }

    private static PlanClass One(int sections) => new(1, 0, Days - 1, [new PlanItem(1, sections)]);

    private static Rule Why(PlanClass of, int now = 0, int slot = SlotKind.Free, bool forbidden = false)
    {
        var slots = new int[Days * Sections];
        slots.AsSpan().Fill(slot);
        var problem = new PlanProblem
        {
            Shape = Shape,
            Days = Days,
            Slots = slots,
            Classes = [of],
            Now = now,
        };
        if (forbidden)
            problem = problem with { Forbidden = [.. slots.Select(_ => true)] };
        return Scheduler.Solve(problem).Unplaced.ShouldHaveSingleItem().Rule;
    }

    private static PlanAnswer Solve(PlanClass of, params (int Slot, int Kind)[] with)
    {
        var slots = new int[Days * Sections];
        foreach (var (slot, kind) in with)
            slots[slot] = kind;
        return Scheduler.Solve(
            new PlanProblem
            {
                Shape = Shape,
                Days = Days,
                Slots = slots,
                Classes = [of],
            }
        );
    }
}
