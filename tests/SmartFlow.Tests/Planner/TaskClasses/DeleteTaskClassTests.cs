using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

[Collection(nameof(TaskClassCollection))]
public sealed class DeleteTaskClassTests(StartedApp started) : StudyPlans
{
    [Fact]
    public async Task A_deleted_class_takes_its_items_along()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"))));
        (await mei.DeleteAsync($"{Path}/{Id(made)}")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync($"{Path}/{Id(made)}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.PostAsync($"{Path}/{Id(made)}/items/{Id(made.GetProperty("items")[0])}/done")).ShouldBeRefused(
            ErrorCodes.NotFound
        );
    }
}
