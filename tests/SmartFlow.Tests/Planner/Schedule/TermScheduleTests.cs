using SmartFlow.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed class TermScheduleTests
{
    private static readonly CourseTime Lecture = new(1, "Analysis", new Slot(1, 1, 3, 4), Embeddable: false);
    private static readonly CourseTime Filler = new(2, "Ideology", new Slot(1, 2, 1, 4), Embeddable: true);
    private static readonly Dictionary<long, ItemPlace> Places = new()
    {
        [1] = new ItemPlace(7, 0),
        [2] = new ItemPlace(7, 1),
        [3] = new ItemPlace(7, 2),
        [9] = new ItemPlace(8, 0),
    };

    private readonly TermSchedule empty = new(new Grid(2, 12), [Lecture, Filler], Places, []);

    [Fact]
    public void No_sequence_of_changes_leaves_an_overlap_or_an_inverted_order_and_undoing_all_of_it_gives_the_first_state_back()
    {
        var (granted, rules) = (0, new HashSet<string>());
        for (var seed = 0; seed < 150; seed++)
        {
            var story = new TermScheduleStory(seed);
            for (var step = 0; step < 60; step++)
            {
                story.Step();
                story.CheckRules();
            }
            granted += story.Granted;
            rules.UnionWith(story.Refused.Keys);
            while (story.Log.Count > 0)
                story.Undo();
            story.Schedule.Blocks.ShouldBeEmpty();
        }
        granted.ShouldBeGreaterThan(1_000);
        rules.ShouldBe(
            [Rules.Overlap, Rules.CrossesFiller, Rules.FillerTaken, Rules.OutsideTerm, Rules.Order, Rules.Locked],
            ignoreOrder: true
        );
    }

    [Fact]
    public void Every_step_back_gives_the_state_before_that_step()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var story = new TermScheduleStory(seed);
            var states = new Stack<string>();
            for (var step = 0; step < 40; step++)
            {
                var (state, logged) = (State(story.Schedule), story.Log.Count);
                story.Step();
                if (story.Log.Count > logged)
                    states.Push(state);
                else if (story.Log.Count < logged)
                    State(story.Schedule).ShouldBe(states.Pop());
            }
        }
    }

    [Fact]
    public void A_block_may_not_stand_on_a_course_nor_on_another_block()
    {
        Refused(empty, Item(1, 1, 1, 4, 2)).ShouldBe((Rules.Overlap, "Analysis"));
        var schedule = Done(empty, Item(1, 1, 1, 1, 2));
        var refusal = schedule.Rearrange([Task(5, 1, 1, 2, 1)], false).ShouldBeOfType<Rearrangement.Refused>().Refusal;
        (refusal.Rule, refusal.Blocks.ShouldHaveSingleItem().Subject).ShouldBe((Rules.Overlap, Subject.Item(1)));
        Done(schedule, Task(5, 1, 1, 5, 1)).Blocks.Count.ShouldBe(2);
    }

    [Fact]
    public void A_block_inside_a_filler_course_is_embedded_and_one_across_its_edge_is_refused()
    {
        Done(empty, Item(1, 1, 2, 1, 4)).Blocks[Subject.Item(1)].ArrangementId.ShouldBe(2);
        Refused(empty, Item(1, 1, 2, 4, 2)).ShouldBe((Rules.CrossesFiller, "Ideology"));
        var schedule = Done(empty, Item(1, 1, 2, 1, 2));
        schedule
            .Rearrange([Task(5, 1, 2, 2, 1)], false)
            .ShouldBeOfType<Rearrangement.Refused>()
            .Refusal.Rule.ShouldBe(Rules.Overlap);
        schedule
            .Rearrange([Task(5, 1, 2, 4, 1)], false)
            .ShouldBeOfType<Rearrangement.Refused>()
            .Refusal.Rule.ShouldBe(Rules.FillerTaken);
        Done(schedule, Item(1, 1, 3, 1, 2)).Blocks[Subject.Item(1)].ArrangementId.ShouldBeNull();
    }

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 12)]
    public void A_block_stays_inside_the_term(int week, int day, int from) =>
        empty
            .Rearrange([Item(1, week, day, from, 2)], false)
            .ShouldBeOfType<Rearrangement.Refused>()
            .Refusal.Rule.ShouldBe(Rules.OutsideTerm);

    [Fact]
    public void An_item_may_not_pass_its_neighbours_unless_that_is_allowed()
    {
        var schedule = Done(empty, Item(1, 1, 3, 1, 2), Item(2, 1, 4, 1, 2), Item(3, 1, 5, 1, 2));
        var refusal = schedule.Rearrange([Item(1, 1, 6, 1, 2)], false).ShouldBeOfType<Rearrangement.Refused>().Refusal;
        (refusal.Rule, refusal.Subject).ShouldBe((Rules.Order, Subject.Item(1)));
        refusal.Blocks.Select(b => b.Subject).ShouldBe([Subject.Item(2), Subject.Item(3)], ignoreOrder: true);
        Done(schedule, Item(9, 1, 3, 3, 2)).Blocks.Count.ShouldBe(4);
        schedule.Rearrange([Item(1, 1, 6, 1, 2)], true).ShouldBeOfType<Rearrangement.Done>();
    }

    [Fact]
    public void An_order_that_an_edit_of_the_class_turned_around_does_not_forbid_a_change_elsewhere()
    {
        var turned = new TermSchedule(new Grid(2, 12), [], Places, [Block(1, 1, 5), Block(2, 1, 4)]);
        Done(turned, Item(3, 1, 6, 1, 2)).Blocks.Count.ShouldBe(3);
        Done(turned, Item(2, 1, 4, 3, 2)).Blocks.Count.ShouldBe(2);
        turned
            .Rearrange([Item(3, 1, 3, 1, 2)], false)
            .ShouldBeOfType<Rearrangement.Refused>()
            .Refusal.Rule.ShouldBe(Rules.Order);
    }

    [Fact]
    public void What_is_done_or_has_begun_no_longer_holds_others_back_and_what_was_missed_does()
    {
        var now = new Slot(1, 4, 1, 1);
        StudyBlock[] blocks = [Block(1, 1, 5), Block(2, 1, 3), Block(3, 1, 6)];
        var begun = new TermSchedule(new Grid(2, 12), [], Places, blocks, now);
        Done(begun, Item(1, 1, 5, 3, 2)).Blocks.Count.ShouldBe(3);
        begun.Rearrange([Item(1, 1, 7, 1, 2)], false).ShouldBeOfType<Rearrangement.Refused>();
        // It stood behind item 1's back only as long as it counted as done.
        begun
            .Rearrange([Item(2, 1, 4, 3, 2)], false)
            .ShouldBeOfType<Rearrangement.Refused>()
            .Refusal.Rule.ShouldBe(Rules.Order);
        begun.Rearrange([Item(2, 1, 7, 1, 2)], false).ShouldBeOfType<Rearrangement.Refused>();
        var ticked = new Dictionary<long, ItemPlace>(Places) { [3] = Places[3] with { Done = true } };
        Done(new TermSchedule(new Grid(2, 12), [], ticked, blocks, now), Item(1, 1, 7, 1, 2)).Blocks.Count.ShouldBe(3);
        var unplaced = new TermSchedule(new Grid(2, 12), [], Places, [Block(2, 1, 3) with { Missed = true }], now);
        unplaced
            .Rearrange([Item(1, 1, 5, 1, 2)], false)
            .ShouldBeOfType<Rearrangement.Refused>()
            .Refusal.Rule.ShouldBe(Rules.Order);
    }

    [Fact]
    public void Two_blocks_swap_without_a_free_third_place_and_a_batch_is_granted_whole_or_not_at_all()
    {
        var schedule = Done(empty, Task(5, 1, 1, 1, 2), Task(6, 1, 1, 5, 2));
        var swapped = Done(schedule, Task(5, 1, 1, 5, 2), Task(6, 1, 1, 1, 2));
        swapped.Blocks[Subject.Task(5)].At.ShouldBe(new Slot(1, 1, 5, 6));
        schedule.Rearrange([Task(5, 1, 1, 7, 2), Task(6, 1, 1, 3, 2)], false).ShouldBeOfType<Rearrangement.Refused>();
    }

    [Fact]
    public void A_locked_block_stays_until_it_is_unlocked()
    {
        var schedule = Done(empty, Task(5, 1, 1, 1, 2) with { Locked = true });
        Refused(schedule, Task(5, 1, 1, 5, 2)).Rule.ShouldBe(Rules.Locked);
        Refused(schedule, new Wish(Subject.Task(5), null)).Rule.ShouldBe(Rules.Locked);
        Done(schedule, Task(5, 1, 1, 5, 2) with { Locked = false }).Blocks[Subject.Task(5)].Locked.ShouldBeFalse();
    }

    [Fact]
    public void A_block_that_a_course_came_to_stand_on_can_still_be_locked_and_moved_away()
    {
        var schedule = new TermSchedule(
            new Grid(2, 12),
            [Lecture],
            Places,
            [Block(1, 1, 1) with { At = new Slot(1, 1, 3, 4) }]
        );
        Done(schedule, Item(1, 1, 1, 3, 2) with { Locked = true }).Blocks[Subject.Item(1)].Locked.ShouldBeTrue();
        Done(schedule, Item(1, 1, 1, 5, 2)).Blocks[Subject.Item(1)].At.SectionFrom.ShouldBe(5);
    }

    private static StudyBlock Block(long item, int week, int day) =>
        new(Subject.Item(item), new Slot(week, day, 1, 2), null, Locked: false, Missed: false, Origin.User, item);

    private static Wish Item(long id, int week, int day, int from, int sections) =>
        new(Subject.Item(id), Slot.Of(week, day, from, sections));

    private static Wish Task(long id, int week, int day, int from, int sections) =>
        new(Subject.Task(id), Slot.Of(week, day, from, sections));

    private static TermSchedule Done(TermSchedule schedule, params Wish[] wishes) =>
        schedule.Rearrange(wishes, false).ShouldBeOfType<Rearrangement.Done>().After;

    private static (string Rule, string? Course) Refused(TermSchedule schedule, Wish wish)
    {
        var refusal = schedule.Rearrange([wish], false).ShouldBeOfType<Rearrangement.Refused>().Refusal;
        return (refusal.Rule, refusal.Courses.Count > 0 ? refusal.Courses[0].Title : null);
    }

    private static string State(TermSchedule schedule) =>
        string.Join('\n', schedule.Blocks.Values.Select(b => b.ToString()).Order(StringComparer.Ordinal));
}
