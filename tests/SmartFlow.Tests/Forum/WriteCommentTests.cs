using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfReaders))]
public sealed class WriteCommentTests(Plaza plaza)
{
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
}
