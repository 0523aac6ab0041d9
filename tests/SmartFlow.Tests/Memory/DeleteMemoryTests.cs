using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Memory;

[Collection(nameof(MemoryCollection))]
public sealed class DeleteMemoryTests(RememberingApp host)
{
    [Fact]
    public async Task What_is_forgotten_is_known_no_more_until_its_owner_brings_it_back()
    {
        var (mei, li) = (await host.NewUserAsync(), await host.NewUserAsync());
        var made = (await mei.WriteDownAsync(new { type = "fact", title = "Second year" })).ShouldBe(
            HttpStatusCode.Created
        );
        var path = $"/api/v1/memory/items/{made.Json.GetProperty("id")}";
        (await li.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.MemoriesAsync()).ShouldHaveSingleItem();

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.MemoriesAsync()).ShouldBeEmpty();
        (await mei.MemoriesAsync("?status=deleted")).ShouldHaveSingleItem().Text("title").ShouldBe("Second year");
        (await li.PostAsync(path + "/restore")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.MemoriesAsync()).ShouldBeEmpty();
        for (var i = 0; i < 2; i++)
            (await mei.PostAsync(path + "/restore")).ShouldBe(HttpStatusCode.OK).Json.Text("status").ShouldBe("active");
        (await mei.MemoriesAsync()).ShouldHaveSingleItem().Text("title").ShouldBe("Second year");
        (await mei.MemoriesAsync("?status=deleted")).ShouldBeEmpty();
    }
}
