using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class GetPostTests(Plaza plaza)
{
    [Fact]
    public async Task A_post_tells_each_reader_what_they_made_of_it_and_a_number_without_a_post_is_not_found()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var id = await mei.PublishAsync("谁都看得见的计划");
        await li.LikeAsync(id);
        (await li.TryImportAsync(id)).ShouldBe(HttpStatusCode.Created);
        Made(await mei.PostAsync(id)).ShouldBe((true, false, false));
        Made(await li.PostAsync(id)).ShouldBe((false, true, true));
        var open = (await plaza.App.Anonymous.FetchAsync($"{Square}/posts/{id}")).ShouldBe(HttpStatusCode.OK).Json;
        Made(open).ShouldBe((false, false, false));
        (open.GetProperty("like_count").GetInt32(), open.GetProperty("import_count").GetInt32()).ShouldBe((1, 1));
        open.GetProperty("plan").GetProperty("items").GetArrayLength().ShouldBe(3);
        (await li.GetAsync($"{Square}/posts/0")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    private static (bool Mine, bool Liked, bool Imported) Made(JsonElement post) =>
        (
            post.GetProperty("mine").GetBoolean(),
            post.GetProperty("liked").GetBoolean(),
            post.GetProperty("imported").GetBoolean()
        );
}
