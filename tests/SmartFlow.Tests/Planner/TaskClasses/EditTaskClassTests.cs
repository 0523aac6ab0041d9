using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

[Collection(nameof(TaskClassCollection))]
public sealed class EditTaskClassTests(StartedApp started) : StudyPlans
{
    [Fact]
    public async Task An_edit_keeps_items_by_id_in_their_new_order_adds_new_ones_and_deletes_absent_ones()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"), Item("b"), Item("c"))));
        var (a, c) = (Id(made.GetProperty("items")[0]), Id(made.GetProperty("items")[2]));
        await mei.PostAsync($"{Path}/{Id(made)}/items/{c}/done");
        var edit = Body(e =>
        {
            e["version"] = 1;
            e["name"] = "new";
            e["strategy"] = "rapid";
            e["excluded_days"] = new JsonArray(7, 6, 6);
            e["items"] = new JsonArray(Kept(c, "c", 3), Item("d", 1), Kept(a, "a2", 2));
        });
        var edited = (await mei.PutAsync($"{Path}/{Id(made)}", edit)).ShouldBe(HttpStatusCode.OK).Json;
        edited.GetProperty("version").GetInt32().ShouldBe(2);
        edited.GetProperty("excluded_days").EnumerateArray().Select(d => d.GetInt32()).ShouldBe([6, 7]);
        var items = edited.GetProperty("items").EnumerateArray().ToList();
        items.ConvertAll(i => i.GetProperty("content").GetString()).ShouldBe(["c", "d", "a2"]);
        (Id(items[0]), Id(items[2])).ShouldBe((c, a));
        items[0].GetProperty("done_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetRawText().ShouldBe(edited.GetRawText());

        var stale = await mei.PutAsync($"{Path}/{Id(made)}", edit);
        stale.ShouldBeRefused(ErrorCodes.Conflict).Json.GetProperty("version").GetInt32().ShouldBe(2);
        edit.Remove("version");
        edited = (await mei.PutAsync($"{Path}/{Id(made)}", edit)).ShouldBe(HttpStatusCode.OK).Json;
        edited.GetProperty("version").GetInt32().ShouldBe(3);
        edit["version"] = 3;
        edit["items"] = new JsonArray(Item("x"), Kept(a + 1_000, "y", 1));
        (await mei.PutAsync($"{Path}/{Id(made)}", edit))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("items[1].id", out _)
            .ShouldBeTrue();
        (await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetRawText().ShouldBe(edited.GetRawText());
    }
}
