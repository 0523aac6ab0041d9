using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

[Collection(nameof(TaskClassCollection))]
public sealed class ReadTaskClassTests(StartedApp started) : StudyPlans
{
    [Fact]
    public async Task Somebody_elses_class_does_not_exist()
    {
        var (mei, tom) = (await started.NewUserAsync(), await started.NewUserAsync());
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"))));
        var path = $"{Path}/{Id(made)}";
        (await tom.GetAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PutAsync(path, Body(c => c["version"] = 1))).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PostAsync($"{path}/items/{Id(made.GetProperty("items")[0])}/done")).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await tom.GetAsync(Path)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await mei.GetAsync(path)).Json.GetRawText().ShouldBe(made.GetRawText());
    }

    [Fact]
    public async Task A_class_shows_where_its_items_stand_and_takes_them_along_when_it_is_deleted()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"), Item("b"))));
        var (path, item) = ($"{Path}/{Id(made)}", Id(made.GetProperty("items")[0]));
        (
            await mei.PostAsync(
                "/api/v1/schedule/placements",
                new
                {
                    item_id = item,
                    week = 2,
                    day = 3,
                    section_from = 9,
                },
                Key()
            )
        ).ShouldBe(HttpStatusCode.Created);
        var read = (await mei.GetAsync(path)).Json;
        Numbers(read.GetProperty("progress")).ShouldBe([2, 1, 0, 4, 2]);
        var place = read.GetProperty("items")[0].GetProperty("placement");
        (
            place.GetProperty("week").GetInt32(),
            place.GetProperty("day").GetInt32(),
            place.GetProperty("section_to").GetInt32()
        ).ShouldBe((2, 3, 10));
        read.GetProperty("items")[1].GetProperty("placement").ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.PostAsync($"{path}/items/{item}/done"))
            .Json.GetProperty("placement")
            .GetRawText()
            .ShouldBe(place.GetRawText());

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.GetAsync("/api/v1/schedule/weeks/2")).Json.GetProperty("blocks").GetArrayLength().ShouldBe(0);
    }
}
