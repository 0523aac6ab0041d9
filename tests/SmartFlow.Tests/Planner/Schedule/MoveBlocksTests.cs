using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class MoveBlocksTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task Several_blocks_are_moved_all_or_none()
    {
        var (study, tom) = (await BeginAsync(), await BeginAsync());
        var one = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        var two = Study.IdOf(await study.PlaceItemAsync(1, 1, 5, 1));
        string[] before = [$"{one} item 1 w1 d4 1-2", $"{two} item 2 w1 d5 1-2"];
        // The lecture is in the way of the second.
        (await MoveAsync(study, (one, 1, 6, 1), (two, 2, 1, 3)))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("blocks")[0]
            .GetProperty("title")
            .GetString()
            .ShouldBe("Analysis");
        (await MoveAsync(study, (one, 1, 6, 1), (one, 1, 7, 1)))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("moves", out _)
            .ShouldBeTrue();
        (await MoveAsync(tom, (one, 1, 6, 1))).ShouldBeRefused(ErrorCodes.NotFound);
        (await study.AllBlocksAsync()).Split('\n').ShouldBe(before);

        (await MoveAsync(study, (one, 1, 6, 1), (two, 2, 1, 5))).ShouldBe(HttpStatusCode.OK);
        (await study.AllBlocksAsync()).Split('\n').ShouldBe([$"{one} item 1 w1 d6 1-2", $"{two} item 2 w2 d1 5-6"]);
    }

    private static Task<Answer> MoveAsync(Study study, params (long Block, int Week, int Day, int From)[] moves) =>
        study.PostAsync(
            "moves",
            new
            {
                moves = moves.Select(m => new
                {
                    placement_id = m.Block,
                    week = m.Week,
                    day = m.Day,
                    section_from = m.From,
                }),
            }
        );
}
