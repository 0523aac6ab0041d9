using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class ListTagsTests(Plaza plaza)
{
    [Fact]
    public async Task Tags_come_with_their_counts_and_the_defaults_behind_them()
    {
        var mei = await plaza.NewUserAsync();
        await mei.PublishAsync(tags: ["很热的标签"]);
        await mei.PublishAsync(tags: ["很热的标签", "Rust"]);
        await mei.PublishAsync(tags: ["很热的标签", "rust"]);
        var tags = (await plaza.App.Anonymous.FetchAsync(Square + "/tags?limit=100"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToList();
        int Posts(string name) =>
            tags.Single(t => t.GetProperty("name").GetString() == name).GetProperty("posts").GetInt32();
        Posts("很热的标签").ShouldBe(3);
        Posts("Rust").ShouldBe(2);
        Posts("竞赛项目").ShouldBe(0);
        tags.Last().GetProperty("is_default").GetBoolean().ShouldBeTrue();
        tags.Count(t => t.GetProperty("is_default").GetBoolean()).ShouldBe(8);
        (await FoundAsync(mei, "tag=RUST")).Length.ShouldBe(2);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }
}
