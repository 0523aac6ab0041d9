using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(PlanCollection))]
public sealed class AdjustPreviewTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task A_plan_moved_by_hand_is_checked_and_scored_again()
    {
        var study = await BeginAsync();
        var plan = (await study.PlanAsync()).Json;
        var id = plan.GetProperty("preview_id").GetString()!;
        var adjusted = (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[2],
                    week = 4,
                    day = 7,
                    section_from = 11,
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json;
        study.PlacesOf(adjusted).Last().ShouldBe("item 3 w4 d7 11-12");
        adjusted.GetProperty("revision").GetInt32().ShouldBe(1);
        adjusted
            .GetProperty("quality")
            .GetProperty("cost_micros")
            .GetInt64()
            .ShouldBeGreaterThan(plan.GetProperty("quality").GetProperty("cost_micros").GetInt64());

        (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[0],
                    week = 4,
                    day = 7,
                    section_from = 9,
                }
            )
        ).ShouldBeRefused(ErrorCodes.Conflict).Json.GetProperty("rule").GetString().ShouldBe("order");
        (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[2],
                    week = 4,
                    day = 1,
                    section_from = 3,
                }
            )
        ).ShouldBeRefused(ErrorCodes.Conflict).Json.GetProperty("rule").GetString().ShouldBe("overlap");
        (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[0],
                    week = 1,
                    day = 1,
                    section_from = 1,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[0],
                    week = 5,
                    day = 1,
                    section_from = 1,
                }
            )
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.AdjustAsync(id, new { item_id = study.Items[0] })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await study.AdjustAsync(id, new { item_id = 999_999, unplace = true })).ShouldBeRefused(ErrorCodes.NotFound);
        (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[0],
                    unplace = true,
                    revision = 0,
                }
            )
        ).ShouldBeRefused(ErrorCodes.Conflict);

        var without = (
            await study.AdjustAsync(
                id,
                new
                {
                    item_id = study.Items[0],
                    unplace = true,
                    revision = 1,
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json;
        without.GetProperty("unplaced")[0].GetInt64().ShouldBe(study.Items[0]);
        without.GetProperty("quality").GetProperty("missing_sections").GetInt32().ShouldBe(2);
        (await study.ApplyAsync(id)).ShouldBe(HttpStatusCode.OK);
        var blocks = (await study.AllBlocksAsync()).Split('\n');
        blocks.Length.ShouldBe(2);
        blocks[^1].ShouldEndWith("item 3 w4 d7 11-12");
    }
}
