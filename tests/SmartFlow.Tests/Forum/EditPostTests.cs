using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class EditPostTests(Plaza plaza)
{
    [Fact]
    public async Task Only_its_author_edits_and_deletes_a_post_and_both_show_at_once()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var classId = await mei.MakeClassAsync();
        var id = await mei.PublishAsync("雅思口语打卡", "旧的说明", ["雅思甲", "口语甲"], classId);
        (await li.PatchAsync($"{Square}/posts/{id}", new { title = "改了它" })).ShouldBeRefused(ErrorCodes.Forbidden);
        (await li.DeleteAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PatchAsync($"{Square}/posts/{id}", new { tags = Array.Empty<string>() })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );

        var edited = (
            await mei.PatchAsync(
                $"{Square}/posts/{id}",
                new { title = "托福听力打卡", tags = new[] { "托福甲", "口语甲" } }
            )
        )
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        edited.GetProperty("summary").GetString().ShouldBe("旧的说明");
        edited.GetProperty("edited_at").GetString().ShouldNotBeNullOrEmpty();
        edited.GetProperty("plan_revision").GetInt32().ShouldBe(1);
        (await FoundAsync(li, "keyword=托福听力")).ShouldBe([id]);
        (await FoundAsync(li, "keyword=雅思")).ShouldBeEmpty();
        (await FoundAsync(li, "tag=托福甲")).ShouldBe([id]);
        (await FoundAsync(li, "tag=雅思甲")).ShouldBeEmpty();

        (await mei.DeleteAsync($"{Square}/posts/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.GetAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.LikeAsync(id)).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.TryCommentAsync(id, "还在吗")).ShouldBeRefused(ErrorCodes.NotFound);
        (await FoundAsync(li, "tag=口语甲")).ShouldBeEmpty();
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }
}
