using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Memory;

[Collection(nameof(MemoryCollection))]
public sealed class EditMemoryTests(RememberingApp host)
{
    [Fact]
    public async Task What_is_put_right_is_changed_and_the_rest_stays()
    {
        var (mei, li) = (await host.NewUserAsync(), await host.NewUserAsync());
        var made = (
            await mei.WriteDownAsync(
                new
                {
                    type = "fact",
                    title = "Second year",
                    content = "of physics",
                    importance = 2,
                }
            )
        ).ShouldBe(HttpStatusCode.Created).Json;
        var path = $"/api/v1/memory/items/{made.GetProperty("id")}";
        (await li.PatchAsync(path, new { title = "mine" })).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.PatchAsync(path, new { title = " ", importance = 6 }))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .EnumerateObject()
            .Select(e => e.Name)
            .Order()
            .ShouldBe(["importance", "title"]);
        (await mei.PatchAsync(path, new { title = "late", updated_at = "2026-01-01T00:00:00Z" })).ShouldBeRefused(
            ErrorCodes.Conflict
        );
        (await mei.MemoriesAsync()).ShouldHaveSingleItem().Text("title").ShouldBe("Second year");

        var put = (await mei.PatchAsync(path, new { title = " Third year " })).ShouldBe(HttpStatusCode.OK).Json;
        put.Text("title").ShouldBe("Third year");
        foreach (var name in (string[])["id", "type", "content", "importance", "status"])
            put.GetProperty(name).ToString().ShouldBe(made.GetProperty(name).ToString(), name);
        (await mei.MemoriesAsync()).ShouldHaveSingleItem().GetRawText().ShouldBe(put.GetRawText());
    }
}
