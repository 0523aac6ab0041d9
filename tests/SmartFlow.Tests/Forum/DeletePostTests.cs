using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class DeletePostTests(Plaza plaza)
{
    [Fact]
    public async Task A_post_that_its_author_takes_away_is_in_no_list_and_what_was_imported_stays()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var id = await mei.PublishAsync("要撤下的计划", tags: ["撤下"]);
        var made = (await li.TryImportAsync(id)).ShouldBe(HttpStatusCode.Created).Json.GetProperty("task_class_id");
        (await li.DeleteAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.Forbidden);
        (await FoundAsync(li, "tag=撤下")).ShouldBe([id]);
        (await mei.DeleteAsync($"{Square}/posts/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await FoundAsync(li, "tag=撤下")).ShouldBeEmpty();
        (await FoundAsync(li, $"author={mei.Id}")).ShouldBeEmpty();
        (await li.GetAsync($"/api/v1/task-classes/{made}")).ShouldBe(HttpStatusCode.OK);
        (await mei.DeleteAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }
}
