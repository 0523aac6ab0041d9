using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class ListChangesTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task Changes_are_listed_newest_first_with_what_each_moved_and_nobody_elses()
    {
        var (study, tom) = (await BeginAsync(), await BeginAsync());
        var block = Study.IdOf(await study.PlaceItemAsync(0, 1, 4, 1));
        (await study.MoveAsync(block, 1, 5, 3)).ShouldBe(HttpStatusCode.OK);
        var changes = await ChangesAsync(study);
        var items = changes.GetProperty("items").EnumerateArray().ToList();
        items.ConvertAll(c => c.GetProperty("kind").GetString()).ShouldBe(["move", "place"]);
        var (moved, placed) = (BlockOf(items[0]), BlockOf(items[1]));
        moved.GetProperty("title").GetString().ShouldBe("item 1");
        (
            moved.GetProperty("from").GetProperty("day").GetInt32(),
            moved.GetProperty("to").GetProperty("day").GetInt32(),
            moved.GetProperty("to").GetProperty("section_to").GetInt32()
        ).ShouldBe((4, 5, 4));
        placed.GetProperty("from").ValueKind.ShouldBe(JsonValueKind.Null);
        changes.GetProperty("undo_id").GetInt64().ShouldBe(items[0].GetProperty("change_id").GetInt64());
        changes.GetProperty("redo_id").ValueKind.ShouldBe(JsonValueKind.Null);
        changes
            .GetProperty("version")
            .GetInt64()
            .ShouldBe((await study.WeekAsync(1)).GetProperty("version").GetInt64());

        var others = await ChangesAsync(tom);
        others.GetProperty("items").GetArrayLength().ShouldBe(0);
        others.GetProperty("undo_id").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task<JsonElement> ChangesAsync(Study study) =>
        (await study.User.GetAsync("/api/v1/schedule/changes")).ShouldBe(HttpStatusCode.OK).Json;

    private static JsonElement BlockOf(JsonElement change) =>
        change.GetProperty("blocks").EnumerateArray().ShouldHaveSingleItem();
}
