using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfReaders))]
public sealed class GetCommentTests(Plaza plaza)
{
    [Fact]
    public async Task A_link_to_a_comment_shows_what_it_answers_and_leads_nowhere_when_the_post_is_gone()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        var root = await li.CommentAsync(post, "一楼的话");
        var answer = await mei.CommentAsync(post, "对一楼的回复", root);
        var last = await li.CommentAsync(post, "最后一句", answer);
        var place = (await plaza.App.Anonymous.FetchAsync($"{Square}/comments/{last}"))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        place.GetProperty("root").GetProperty("content").GetString().ShouldBe("一楼的话");
        place.GetProperty("path").Strings("content").ShouldBe(["对一楼的回复"]);
        place.GetProperty("comment").GetProperty("content").GetString().ShouldBe("最后一句");
        place.GetProperty("comment").GetProperty("mine").GetBoolean().ShouldBeFalse();
        (await li.GetAsync($"{Square}/comments/{last}"))
            .Json.GetProperty("comment")
            .GetProperty("mine")
            .GetBoolean()
            .ShouldBeTrue();
        (await mei.DeleteAsync($"{Square}/posts/{post}")).ShouldBe(HttpStatusCode.NoContent);
        (await li.GetAsync($"{Square}/comments/{last}")).ShouldBeRefused(ErrorCodes.NotFound);
    }
}
