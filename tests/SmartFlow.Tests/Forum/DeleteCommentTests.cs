using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfReaders))]
public sealed class DeleteCommentTests(Plaza plaza)
{
    [Fact]
    public async Task A_deleted_comment_loses_its_words_and_keeps_its_replies()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        var root = await li.CommentAsync(post, "要删掉的话");
        var reply = await mei.CommentAsync(post, "还在的回复", root);
        var lonely = await li.CommentAsync(post, "没人理");
        (await mei.DeleteAsync($"{Square}/comments/{root}")).ShouldBeRefused(ErrorCodes.Forbidden);
        foreach (var id in new[] { root, lonely })
            (await li.DeleteAsync($"{Square}/comments/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await li.DeleteAsync($"{Square}/comments/{root}")).ShouldBeRefused(ErrorCodes.NotFound);

        var threads = await ThreadsAsync(li, post, "");
        threads.ToString().ShouldNotContain("要删掉的话");
        threads.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(1);
        var left = threads.GetProperty("items")[0];
        (
            left.GetProperty("root").GetProperty("deleted").GetBoolean(),
            left.GetProperty("root").GetProperty("author").ValueKind
        ).ShouldBe((true, JsonValueKind.Null));
        left.GetProperty("replies")[0].GetProperty("content").GetString().ShouldBe("还在的回复");
        (await li.PostAsync(post)).GetProperty("comment_count").GetInt32().ShouldBe(1);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();

        (await li.TryCommentAsync(post, "回复已删的", root)).ShouldBeRefused(ErrorCodes.Conflict);
        await li.CommentAsync(post, "回复还在的", reply);
        foreach (var id in new[] { reply })
            await mei.DeleteAsync($"{Square}/comments/{id}");
        (await ThreadsAsync(li, post, ""))
            .GetProperty("items")[0]
            .GetProperty("root")
            .GetProperty("reply_count")
            .GetInt32()
            .ShouldBe(1);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }
}
