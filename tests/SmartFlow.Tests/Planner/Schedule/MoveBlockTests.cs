using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class MoveBlockTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task An_order_is_turned_around_only_when_that_is_asked_for()
    {
        var study = await BeginAsync();
        var one = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        await study.PlaceItemAsync(1, 1, 5, 1);
        (await study.MoveAsync(one, 1, 6, 1)).ShouldBeRefused(ErrorCodes.Conflict);
        (await study.MoveAsync(one, 1, 6, 1, reorder: true)).ShouldBe(HttpStatusCode.OK);
    }
}
