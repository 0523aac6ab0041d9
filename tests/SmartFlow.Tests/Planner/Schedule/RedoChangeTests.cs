using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class RedoChangeTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task What_was_taken_back_last_is_made_again_until_something_else_is_changed()
    {
        var (study, tom) = (await BeginAsync(), await BeginAsync());
        await study.PlaceItemAsync(0, 1, 4, 1);
        var blocks = await study.BlocksAsync(1);
        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
        await NothingAsync(tom);
        (await study.BlocksAsync(1)).ShouldBeEmpty();

        (await RedoAsync(study)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("kind").GetString().ShouldBe("place");
        (await study.BlocksAsync(1)).ShouldBe(blocks);
        await NothingAsync(study);

        (await study.UndoAsync()).ShouldBe(HttpStatusCode.OK);
        (await study.PlaceTaskAsync(0, 1, 5, 1)).ShouldBe(HttpStatusCode.Created);
        await NothingAsync(study);
        (await study.BlocksAsync(1)).ShouldHaveSingleItem().ShouldEndWith("task 1 w1 d5 1-1");
    }

    private static Task<Answer> RedoAsync(Study study) => study.User.PostAsync("/api/v1/schedule/redo", new { });

    private static async Task NothingAsync(Study study) =>
        (await RedoAsync(study))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("nothing_to_redo");
}
