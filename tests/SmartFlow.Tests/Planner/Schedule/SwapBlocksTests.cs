using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class SwapBlocksTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task Each_block_begins_where_the_other_did_and_keeps_its_length()
    {
        var (study, tom) = (await BeginAsync(), await BeginAsync());
        var item = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        var task = Study.IdOf(await study.PlaceTaskAsync(0, 1, 5, 5));
        var others = Study.IdOf(await tom.PlaceItemAsync(0, 1, 4, 1));
        (await study.PostAsync("swap", new { a = item, b = item }))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("b", out _)
            .ShouldBeTrue();
        (await study.PostAsync("swap", new { a = item, b = others })).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.BlocksAsync(1)).ShouldBe([$"{item} item 1 w1 d4 1-2", $"{task} task 1 w1 d5 5-5"]);

        (await study.PostAsync("swap", new { a = item, b = task })).ShouldBe(HttpStatusCode.OK);
        (await study.BlocksAsync(1)).ShouldBe([$"{task} task 1 w1 d4 1-1", $"{item} item 1 w1 d5 5-6"]);
    }
}
