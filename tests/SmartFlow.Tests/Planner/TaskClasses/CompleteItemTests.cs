using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

[Collection(nameof(TaskClassCollection))]
public sealed class CompleteItemTests(StartedApp started) : StudyPlans
{
    [Fact]
    public async Task An_item_is_done_once_and_opened_again_without_a_new_version()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"))));
        var item = $"{Path}/{Id(made)}/items/{Id(made.GetProperty("items")[0])}";
        var done = (await mei.PostAsync(item + "/done"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("done_at")
            .GetString();
        done.ShouldNotBeNull();
        (await mei.PostAsync(item + "/done")).Json.GetProperty("done_at").GetString().ShouldBe(done);
        (await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetProperty("version").GetInt32().ShouldBe(1);
        (await mei.PostAsync(item + "/undo-done")).Json.GetProperty("done_at").ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.PostAsync($"{Path}/{Id(made)}/items/0/done")).ShouldBeRefused(ErrorCodes.NotFound);
    }
}
