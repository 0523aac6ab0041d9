using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class GetAuthorTests(Plaza plaza)
{
    [Fact]
    public async Task An_author_has_a_page_and_a_limit_of_posts_a_day()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        (await li.GetAsync($"{Square}/authors/{mei.Id}")).ShouldBeRefused(ErrorCodes.NotFound);
        var ids = new List<long>();
        for (var i = 0; i < 10; i++)
            ids.Add(await mei.PublishAsync($"第 {i} 份计划书"));
        (await mei.TryPublishAsync()).ShouldBeRefused(ErrorCodes.LimitReached).Header("Retry-After").ShouldNotBeNull();
        await li.LikeAsync(ids[3]);
        (await FoundAsync(li, $"author={mei.Id}&page_size=4&page=2")).ShouldBe([ids[5], ids[4], ids[3], ids[2]]);
        (await FoundAsync(li, $"author={mei.Id}&sort=likes"))[0].ShouldBe(ids[3]);
        var page = (await li.GetAsync($"{Square}/authors/{mei.Id}")).Json;
        (page.GetProperty("posts").GetInt32(), page.GetProperty("like_count").GetInt32()).ShouldBe((10, 1));
    }
}
