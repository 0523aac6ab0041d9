using System.Net;

namespace SmartFlow.Tests.Memory;

[Collection(nameof(MemoryCollection))]
public sealed class ListMemoriesTests(RememberingApp host)
{
    [Fact]
    public async Task Nobody_sees_or_changes_anothers()
    {
        var (mei, li) = (await host.NewUserAsync(), await host.NewUserAsync());
        var id = (await mei.WriteDownAsync(new { type = "fact", title = "Second year" }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();
        (await li.PatchAsync($"/api/v1/memory/items/{id}", new { title = "x" })).ShouldBe(HttpStatusCode.NotFound);
        (await li.DeleteAsync($"/api/v1/memory/items/{id}")).ShouldBe(HttpStatusCode.NotFound);
        (await li.PostAsync($"/api/v1/memory/items/{id}/restore")).ShouldBe(HttpStatusCode.NotFound);
        (await li.MemoriesAsync()).ShouldBeEmpty();
        (await mei.MemoriesAsync()).ShouldHaveSingleItem().Text("title").ShouldBe("Second year");
    }
}
