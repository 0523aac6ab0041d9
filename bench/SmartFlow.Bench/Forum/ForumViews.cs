using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum;
using SmartFlow.Forum.Comments;
using SmartFlow.Forum.Posts;
using SmartFlow.Platform.Web;

namespace SmartFlow.Bench.Forum;

/// <summary>What a signed-in reader asks for.</summary>
internal static class ForumViews
{
    private const ulong Reader = 3;

    public static IReadOnlyList<(string Name, Func<int, Task> View)> All(
        IDbContextFactory<ForumDb> databases,
        int posts
    )
    {
        var list = new ListPosts(databases);
        var detail = new GetPost(databases);
        var comments = new ListComments(databases);
        Func<int, Task> List(
            string? keyword = null,
            string? tag = null,
            string? sort = null,
            int page = 1,
            ulong? author = null
        ) => _ => list.HandleAsync(PostQuery.Of(page, 20, sort, keyword, tag, author), Reader, default);
        long Any(int i) => 1 + (i * 7_919L % (posts - 1));
        var crowdedRoot = (9L * posts) + 1;
        return
        [
            ("list, latest", List()),
            ("list, most liked", List(sort: "likes")),
            ("list, most imported, page 50", List(sort: "imports", page: 50)),
            ("list, latest, page 1,000", List(page: posts >= 20_000 ? 1_000 : 10)),
            ("an author's posts", List(author: 77)),
            ("tag of a sixth, most liked", List(tag: "考研备考", sort: "likes")),
            ("tag of a few", List(tag: "第7组", sort: "likes")),
            ("search 英语 (two characters)", List("英语")),
            ("search 考研, most liked", List("考研", sort: "likes")),
            ("search 复习, most imported, page 50", List("复习", sort: "imports", page: 50)),
            ("search 古琴 (rare), most liked", List("古琴", sort: "likes")),
            ("search 真题 (two thirds), latest", List("真题")),
            ("search pyth (a word's beginning)", List("pyth")),
            ("search 数学 with a tag, most liked", List("数学", tag: "期末复习", sort: "likes")),
            ("search for what is not there", List("不存在的词")),
            ("detail", i => detail.HandleAsync(Any(i), Reader, default)),
            ("detail of the crowded post", _ => detail.HandleAsync(posts, Reader, default)),
            ("comments", i => comments.HandleAsync(Any(i), PageQuery.Of(1, 20), latest: false, Reader, default)),
            ("comments of the crowded post", _ =>
                comments.HandleAsync(posts, PageQuery.Of(1, 20), latest: true, Reader, default)
            ),
            ("comments of the crowded post, page 400", _ =>
                comments.HandleAsync(posts, PageQuery.Of(400, 20), latest: false, Reader, default)
            ),
            ("replies of a crowded thread, far down", _ =>
                comments.RepliesAsync(crowdedRoot, crowdedRoot + (posts / 2), 50, Reader, default)
            ),
        ];
    }
}
