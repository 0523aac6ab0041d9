using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Forum;

public sealed class PostTests(Plaza plaza) : IClassFixture<Plaza>
{
    private const string Square = PlazaActs.Square;

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
    public async Task A_stranger_reads_and_a_reader_whose_access_cookie_ran_out_is_told_to_refresh()
    {
        var id = await (await plaza.NewUserAsync()).PublishAsync("谁都能读的计划");
        foreach (var path in new[] { "/posts", $"/posts/{id}", $"/posts/{id}/comments", "/tags" })
        {
            (await plaza.App.Anonymous.FetchAsync(Square + path)).ShouldBe(HttpStatusCode.OK);
            (await plaza.App.Anonymous.FetchAsync(Square + path, ("Cookie", "sf_csrf=kept"))).ShouldBeRefused(
                ErrorCodes.Unauthenticated
            );
        }
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

    [Fact]
    public async Task An_author_has_a_page_and_a_limit_of_posts_a_day()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        (await li.GetAsync($"{Square}/authors/{mei.Id}")).ShouldBeRefused(ErrorCodes.NotFound);
        var ids = new List<long>();
        for (var i = 0; i < 10; i++)
            ids.Add(await mei.PublishAsync($"第 {i} 份计划书"));
        (await mei.TryPublishAsync()).ShouldBeRefused(ErrorCodes.LimitReached).Header("Retry-After").ShouldNotBeNull();
        await li.LikeAsync(ids[3]);
        (await FoundAsync(li, $"author={mei.Id}&page_size=4&page=2")).ShouldBe([ids[5], ids[4], ids[3], ids[2]]);
        (await FoundAsync(li, $"author={mei.Id}&sort=likes"))[0].ShouldBe(ids[3]);
        var page = (await li.GetAsync($"{Square}/authors/{mei.Id}")).Json;
        (page.GetProperty("posts").GetInt32(), page.GetProperty("like_count").GetInt32()).ShouldBe((10, 1));
    }

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

    [Fact]
    public async Task A_report_reaches_the_operators_who_keep_or_remove_the_post()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var boss = await plaza.App.OperatorAsync("boss-of-reports");
        var id = await mei.PublishAsync("可疑的计划书", tags: ["可疑"]);
        (await li.PostAsync($"{Square}/posts/{id}/report", new { reason = "boring" })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        for (var i = 0; i < 2; i++)
            (await li.PostAsync($"{Square}/posts/{id}/report", new { reason = "spam", note = "广告" })).ShouldBe(
                HttpStatusCode.NoContent
            );
        (await li.GetAsync("/api/v1/admin/plan-square/reports")).ShouldBeRefused(ErrorCodes.Forbidden);
        var open = (await boss.GetAsync("/api/v1/admin/plan-square/reports"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(r => r.GetProperty("post_id").GetInt64() == id);
        open.GetProperty("note").GetString().ShouldBe("广告");
        (await boss.PostAsync($"/api/v1/admin/plan-square/posts/{id}/remove")).ShouldBe(HttpStatusCode.NoContent);
        (await li.GetAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.GetAsync("/api/v1/admin/plan-square/reports"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(0);
        var other = await mei.PublishAsync("另一份可疑的", tags: ["可疑"]);
        await li.PostAsync($"{Square}/posts/{other}/report", new { reason = "abuse" });
        (await boss.PostAsync($"/api/v1/admin/plan-square/posts/{other}/keep")).ShouldBe(HttpStatusCode.NoContent);
        (await li.GetAsync($"{Square}/posts/{other}")).ShouldBe(HttpStatusCode.OK);
        (await boss.GetAsync("/api/v1/admin/plan-square/reports"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(0);
        (await boss.GetAsync("/api/v1/admin/audit")).Text.ShouldContain($"post:{id}");
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }

    private static async Task<long[]> FoundAsync(TestUser user, string query) =>
        [
            .. (await user.GetAsync($"{Square}/posts?{query}"))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(p => p.GetProperty("id").GetInt64()),
        ];
}
