using System.Net;
using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Forum;

public sealed class CommentTests(Plaza plaza) : IClassFixture<Plaza>
{
    private const string Square = PlazaActs.Square;

    [Fact]
    public async Task A_tree_of_any_depth_is_paged_by_its_roots_and_every_reply_is_reachable()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        var roots = new List<long>();
        for (var i = 0; i < 3; i++)
            roots.Add(await li.CommentAsync(post, $"第 {i} 楼"));
        var chain = new List<long>();
        for (var i = 0; i < 30; i++)
            chain.Add(await mei.CommentAsync(post, $"回复 {i}", i == 0 ? roots[1] : chain[^1]));

        var oldest = await ThreadsAsync(li, post, "page_size=2");
        oldest.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(3);
        oldest.GetProperty("items").EnumerateArray().Select(Id).ShouldBe([roots[0], roots[1]]);
        (await ThreadsAsync(li, post, "page_size=2&sort=latest"))
            .GetProperty("items")
            .EnumerateArray()
            .Select(Id)
            .ShouldBe([roots[2], roots[1]]);

        var thread = oldest.GetProperty("items")[1];
        thread.GetProperty("root").GetProperty("reply_count").GetInt32().ShouldBe(30);
        thread.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        var seen = thread.GetProperty("replies").EnumerateArray().Select(r => r.GetProperty("id").GetInt64()).ToList();
        for (var more = true; more; )
        {
            var next = (await li.GetAsync($"{Square}/comments/{roots[1]}/replies?after={seen[^1]}&limit=7"))
                .ShouldBe(HttpStatusCode.OK)
                .Json;
            seen.AddRange(next.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetInt64()));
            more = next.GetProperty("has_more").GetBoolean();
        }
        seen.ShouldBe(chain);

        var place = (await plaza.App.Anonymous.FetchAsync($"{Square}/comments/{chain[29]}"))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        place.GetProperty("root").GetProperty("id").GetInt64().ShouldBe(roots[1]);
        place.GetProperty("comment").GetProperty("depth").GetInt32().ShouldBe(30);
        place.GetProperty("path").EnumerateArray().Select(c => c.GetProperty("id").GetInt64()).ShouldBe(chain[9..29]);
        (await li.PostAsync(post)).GetProperty("comment_count").GetInt32().ShouldBe(33);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }

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

    [Fact]
    public async Task Bad_comments_are_refused_and_markup_stays_text()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var (post, other) = (await mei.PublishAsync(), await mei.PublishAsync());
        var elsewhere = await li.CommentAsync(other, "另一篇的");
        foreach (
            var content in new[]
            {
                null,
                "",
                "  \n ",
                "\u200B",
                new string('字', 501),
                "a\u0000b",
                "http://a.b http://a.b http://a.b http://a.b",
            }
        )
            (await li.TryCommentAsync(post, content))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty("content", out _)
                .ShouldBeTrue();
        (await li.TryCommentAsync(post, "外面的", elsewhere))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("parent_id", out _)
            .ShouldBeTrue();
        (await li.TryCommentAsync(post, "没有的", 999_999)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await li.TryCommentAsync(999_999, "没有帖子")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.GetAsync($"{Square}/comments/999999")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.GetAsync($"{Square}/posts/{post}/comments?sort=random")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await li.GetAsync($"{Square}/comments/{elsewhere}/replies?limit=101")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );

        const string xss = "<img src=x onerror=alert(1)>";
        await li.CommentAsync(post, xss);
        (await ThreadsAsync(li, post, ""))
            .GetProperty("items")[0]
            .GetProperty("root")
            .GetProperty("content")
            .GetString()
            .ShouldBe(xss);
        (await li.TryCommentAsync(post, xss)).ShouldBeRefused(ErrorCodes.AlreadyExists);
        await li.CommentAsync(post, string.Concat(Enumerable.Repeat("👍", 500)));
        (await li.PostAsync(post)).GetProperty("comment_count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Comments_a_minute_and_a_day_are_limited()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Forum:CommentsPerMinute"] = "2";
            s.Settings["Forum:CommentsPerDay"] = "3";
        });
        var mei = await app.SignUpWithNameAsync("mei");
        var post = await mei.PublishAsync();
        await mei.CommentAsync(post, "1");
        await mei.CommentAsync(post, "2");
        (await mei.TryCommentAsync(post, "3"))
            .ShouldBeRefused(ErrorCodes.RateLimited)
            .Header("Retry-After")
            .ShouldNotBeNull();
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await mei.CommentAsync(post, "3");
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        (await mei.TryCommentAsync(post, "4")).ShouldBeRefused(ErrorCodes.LimitReached);
        (await mei.PostAsync(post)).GetProperty("comment_count").GetInt32().ShouldBe(3);
    }

    private static async Task<JsonElement> ThreadsAsync(TestUser user, long post, string query) =>
        (await user.GetAsync($"{Square}/posts/{post}/comments?{query}")).ShouldBe(HttpStatusCode.OK).Json;

    private static long Id(JsonElement thread) => thread.GetProperty("root").GetProperty("id").GetInt64();
}
