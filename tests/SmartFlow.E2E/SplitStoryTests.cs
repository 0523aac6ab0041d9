namespace SmartFlow.E2E;

/// <summary>
/// The split system has the machine to itself: beside the other stories its processes took minutes to start.
/// </summary>
[CollectionDefinition(nameof(SplitStoryTests), DisableParallelization = true)]
public sealed class SplitStories : ICollectionFixture<SplitSite>;

/// <summary>
/// Two stories that lead through the processes of the split system, where a soak runs all of them; and what its traces
/// say.
/// </summary>
[Collection(nameof(SplitStoryTests))]
public sealed partial class SplitStoryTests(SplitSite site)
{
    [Fact]
    public Task A_first_day() =>
        new FirstDayTests(
            site
        ).A_reminder_asked_for_in_Chinese_becomes_a_task_and_its_cost_is_the_charge_in_the_store();

    [Fact]
    public Task A_plan_on_the_plaza() =>
        new PlazaTests(site).A_plan_that_is_published_liked_and_imported_earns_its_author_six_Credit_for_good();
}
