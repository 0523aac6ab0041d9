using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class UnplaceBlockTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task A_block_that_is_taken_out_stands_nowhere_and_its_task_is_still_there()
    {
        var (study, tom) = (await BeginAsync(), await BeginAsync());
        var block = Study.IdOf(await study.PlaceTaskAsync(0, 1, 4, 1));
        (await tom.UnplaceAsync(block)).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.BlocksAsync(1)).ShouldHaveSingleItem();

        var removed = (await study.UnplaceAsync(block)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("removed");
        removed.EnumerateArray().ShouldHaveSingleItem().GetInt64().ShouldBe(block);
        (await study.AllBlocksAsync()).ShouldBeEmpty();
        (await study.UnplaceAsync(block)).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.PlaceTaskAsync(0, 1, 5, 1)).ShouldBe(HttpStatusCode.Created);
    }
}
