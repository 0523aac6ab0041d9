using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner.Schedule;
using static SmartFlow.Tests.Planner.RepeatingTasks;

namespace SmartFlow.Tests.Planner;

[Collection(nameof(QuickTaskCollection))]
public sealed class DeleteQuickTaskTests(StartedApp started)
{
    [Fact]
    public async Task A_deleted_task_is_gone_with_its_block_and_somebody_elses_stays()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync());
        var (mei, path) = (study.User, $"{Tasks}/{study.Tasks[0]}");
        (await study.PlaceTaskAsync(0, 2, 3, 5)).ShouldBe(HttpStatusCode.Created);
        var version = await VersionAsync();

        (await (await started.NewUserAsync()).DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await TitlesAsync()).ShouldBe(["task 1", "task 2"]);
        (await study.BlocksAsync(2)).Count.ShouldBe(1);

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await TitlesAsync()).ShouldBe(["task 2"]);
        (await study.BlocksAsync(2)).ShouldBeEmpty();
        (await VersionAsync()).ShouldBe(version + 1, "who still shows the block is told");

        async Task<long> VersionAsync() => (await study.WeekAsync(2)).GetProperty("version").GetInt64();
        async Task<IEnumerable<string?>> TitlesAsync() =>
            (await mei.GetAsync(Tasks)).Json.GetProperty("items").EnumerateArray().Select(t => Text(t, "title"));
    }
}
