using System.Net;
using System.Text.Json;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfReaders))]
public sealed class ListCommentsTests(Plaza plaza)
{
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

    private static long Id(JsonElement thread) => thread.GetProperty("root").GetProperty("id").GetInt64();
}
