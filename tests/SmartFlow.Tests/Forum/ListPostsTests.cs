using System.Net;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class ListPostsTests(Plaza plaza)
{
    [Fact]
    public async Task A_list_is_sorted_by_its_counter_then_newest_first_over_all_its_pages()
    {
        var (mei, li, wang) = (await plaza.NewUserAsync(), await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
            ids.Add(await mei.PublishAsync($"排序用的计划 {i}"));
        foreach (var (user, liked) in new[] { (li, 0), (li, 2), (wang, 3), (li, 3) })
            await user.LikeAsync(ids[liked]);
        foreach (var imported in new[] { 1, 4, 0 })
            (await wang.TryImportAsync(ids[imported])).ShouldBe(HttpStatusCode.Created);
        foreach (
            var (sort, order) in new[]
            {
                ("latest", new[] { 4, 3, 2, 1, 0 }),
                ("likes", [3, 2, 0, 4, 1]),
                ("imports", [4, 1, 0, 3, 2]),
            }
        )
        {
            var found = new List<long>();
            for (var page = 1; page <= 3; page++)
                found.AddRange(await FoundAsync(li, $"author={mei.Id}&sort={sort}&page_size=2&page={page}"));
            found.ShouldBe(order.Select(i => ids[i]), sort);
        }
    }
}
