using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class PublishPostTests(Plaza plaza)
{
    [Fact]
    public async Task A_post_is_a_snapshot_that_later_edits_of_the_class_do_not_change()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var classId = await mei.MakeClassAsync("极限", "导数", "积分");
        var id = await mei.PublishAsync("高数四周计划", "先概念后习题", ["期末复习", "数学"], classId);
        await mei.DeleteAsync($"/api/v1/task-classes/{classId}");

        var seen = await li.PostAsync(id);
        seen.GetProperty("title").GetString().ShouldBe("高数四周计划");
        seen.GetProperty("tags").EnumerateArray().Select(t => t.GetString()).ShouldBe(["期末复习", "数学"]);
        seen.GetProperty("author").GetProperty("name").GetString().ShouldBe(mei.Name);
        seen.GetProperty("plan").GetProperty("items").Strings("content").ShouldBe(["极限", "导数", "积分"]);
        (
            seen.GetProperty("items").GetInt32(),
            seen.GetProperty("sections").GetInt32(),
            seen.GetProperty("days").GetInt32()
        ).ShouldBe((3, 6, 14));
        seen.TryGetProperty("task_class_id", out _).ShouldBeFalse("the author's own class is nobody's business");
        seen.GetProperty("mine").GetBoolean().ShouldBeFalse();
        (await mei.PostAsync(id)).GetProperty("mine").GetBoolean().ShouldBeTrue();
        (await plaza.App.Anonymous.FetchAsync($"{Square}/posts/{id}")).ShouldBe(HttpStatusCode.OK);
        (await plaza.App.Anonymous.PostAsync($"{Square}/posts/{id}/like")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Bad_posts_are_refused_with_every_reason()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var bad = (await mei.TryPublishAsync("短", new string('字', 301), Array.Empty<string>())).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        bad.Json.GetProperty("errors")
            .EnumerateObject()
            .Select(e => e.Name)
            .Order()
            .ShouldBe(["summary", "tags", "title"]);
        var theirs = await li.MakeClassAsync();
        (await mei.TryPublishAsync(classId: theirs)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.TryPublishAsync(classId: 0)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.TryPublishAsync(tags: new[] { 1 })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await mei.PostAsync(Square + "/posts", new { task_class_id = 1 })).ShouldBeRefused(
            ErrorCodes.IdempotencyKeyRequired
        );
        (await mei.GetAsync($"{Square}/posts/999999")).ShouldBeRefused(ErrorCodes.NotFound);
        foreach (
            var query in new[]
            {
                "sort=best",
                "page=0",
                "page_size=51",
                "keyword=" + new string('a', 51),
                "author=1&tag=x",
                "author=18446744073709551615",
            }
        )
            (await mei.GetAsync($"{Square}/posts?{query}")).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    [Fact]
    public async Task A_repeated_plan_is_refused_and_names_the_post_that_is_there()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var classId = await mei.MakeClassAsync("重复一", "重复二", "重复三");
        var id = await mei.PublishAsync(classId: classId);
        var again = (await mei.TryPublishAsync("换个标题再发", classId: classId)).ShouldBeRefused(
            ErrorCodes.AlreadyExists
        );
        again.Json.GetProperty("post_id").GetInt64().ShouldBe(id);
        var copy = await li.MakeClassAsync("重复一", "重复二", "重复三");
        (await li.TryPublishAsync(classId: copy)).ShouldBeRefused(ErrorCodes.AlreadyExists);
        (await mei.DeleteAsync($"{Square}/posts/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.TryPublishAsync(classId: classId)).ShouldBe(HttpStatusCode.Created);
    }
}
